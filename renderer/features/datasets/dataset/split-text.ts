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

const list = (values: string[]) =>
  values.length === 0 ? 'nothing' : values.map((value) => `“${value}”`).join(' or ')
