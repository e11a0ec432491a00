import { splitChoice } from '../../../../main/contract/datasets.ts'
import { formatShare } from '../../../platform/units.ts'

/** Describes in a sentence how a dataset's rows were divided. The manifest has the split as it was given. */
export function splitText(split: unknown): string {
  const parsed = splitChoice.safeParse(split)
  if (!parsed.success) return 'Split by a method that this version does not know.'
  const choice = parsed.data
  switch (choice.kind) {
    case 'modulo':
      return (
        `Row i in file order: ${remainders(choice.validation, choice.modulus, 'validation')}, ` +
        `${remainders(choice.test, choice.modulus, 'test')}, else training.`
      )
    case 'tail':
      return `In file order: the last ${formatShare(choice.test)} test, the ${formatShare(choice.validation)} before that validation.`
    case 'ratio':
      return `At random with seed ${choice.seed}: ${formatShare(choice.validation)} validation, ${formatShare(choice.test)} test.`
    case 'time':
      return `By ${choice.column}: the latest ${formatShare(choice.test)} test, the ${formatShare(choice.validation)} before that validation.`
    case 'user':
      return `By ${choice.column}, whose rows stay together, with seed ${choice.seed}: ${formatShare(choice.validation)} of its values validation, ${formatShare(choice.test)} test.`
    case 'leaveOneOut':
      return (
        `Of each ${choice.user} the last row ${choice.time === undefined ? 'in file order' : `by ${choice.time}`} is test ` +
        'and the one before it validation.'
      )
    case 'files':
      return `By file: ${files(choice.validation)} validation, ${files(choice.test)} test, the others training.`
    case 'column':
      return (
        `By the value of ${choice.column}: training where it is ${list(choice.train)}, ` +
        `validation where it is ${list(choice.validation)}, test where it is ${list(choice.test)}.`
      )
  }
}

function remainders(values: number[], modulus: number, name: string): string {
  return values.length === 0 ? `no ${name}` : `${name} where i mod ${modulus} is ${values.join(' or ')}`
}

function files(numbers: number[]): string {
  if (numbers.length === 0) return 'no file'
  return `${numbers.length === 1 ? 'file' : 'files'} ${numbers.map((number) => number + 1).join(', ')}`
}

const list = (values: string[]) =>
  values.length === 0 ? 'nothing' : values.map((value) => `“${value}”`).join(' or ')
