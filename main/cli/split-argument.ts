import { defaultSplit } from '../contract/dataset-defaults.ts'
import { splitChoice, type SplitChoice } from '../contract/datasets.ts'
import { UsageError } from './command.ts'

export const SPLIT_HELP =
  'ratio:VAL:TEST[:SEED] | tail:VAL:TEST | time:COLUMN:VAL:TEST | user:COLUMN:VAL:TEST[:SEED] | leave-one-out:USER[:TIME] | modulo:N:VAL,..:TEST,.. | column:NAME:TRAIN,..:VAL,..:TEST,..'

const splitText = ({ kind, validation, test }: ReturnType<typeof defaultSplit>) =>
  `${kind}:${validation}:${test}`
export const SPLIT_DEFAULT = `${splitText(defaultSplit('csv'))}, for Criteo files ${splitText(defaultSplit('criteo'))}`

/** Reads the value of `--split`, such as `ratio:0.1:0.1:42` or `modulo:10:8:9`. Throws UsageError. */
export function parseSplit(text: string): SplitChoice {
  const [kind, ...fields] = text.split(':')
  const choice = splitChoice.safeParse(candidate(kind, fields))
  if (choice.success) return choice.data
  throw new UsageError(`--split is ${text}; it must be ${SPLIT_HELP}.`, 'split')
}

function candidate(kind: string | undefined, fields: string[]): unknown {
  switch (kind) {
    case 'ratio':
      return fields.length <= 3 && shares(kind, fields[0], fields[1], { seed: number(fields[2] ?? '0') })
    case 'tail':
      return fields.length === 2 && shares(kind, fields[0], fields[1])
    case 'time':
      return fields.length === 3 && shares(kind, fields[1], fields[2], { column: fields[0] })
    case 'user':
      return (
        (fields.length === 3 || fields.length === 4) &&
        shares(kind, fields[1], fields[2], { column: fields[0], seed: number(fields[3] ?? '0') })
      )
    case 'leave-one-out':
      return (
        (fields.length === 1 || fields.length === 2) && {
          kind: 'leaveOneOut',
          user: fields[0],
          ...(fields[1] !== undefined && { time: fields[1] }),
        }
      )
    case 'modulo':
      return (
        fields.length === 3 && {
          kind,
          modulus: number(fields[0]),
          validation: list(fields[1]).map(number),
          test: list(fields[2]).map(number),
        }
      )
    case 'column':
      return (
        fields.length === 4 && {
          kind,
          column: fields[0],
          train: list(fields[1]),
          validation: list(fields[2]),
          test: list(fields[3]),
        }
      )
    default:
      return null
  }
}

const shares = (kind: string, validation?: string, test?: string, more: object = {}) => ({
  kind,
  validation: number(validation),
  test: number(test),
  ...more,
})
const number = (text = '') => (text.trim() === '' ? NaN : Number(text))
const list = (text = '') => (text === '' ? [] : text.split(','))
