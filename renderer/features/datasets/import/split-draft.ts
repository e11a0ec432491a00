/** Holds the wizard's split with the fields of every kind, so that choosing another kind loses nothing. */
import { defaultSplit } from '../../../../main/contract/dataset-defaults.ts'
import type { SplitChoice } from '../../../../main/contract/datasets.ts'

export type SplitKind = SplitChoice['kind']

export interface SplitDraft {
  kind: SplitKind
  /** The shares of tail, ratio and time in per cent. */
  validationPercent: number
  testPercent: number
  seed: number
  modulus: number
  /** The remainders as text, such as "8" or "7, 8". */
  validationRemainders: string
  testRemainders: string
  timeColumn: string
  userColumn: string
  /** The times by which a user's rows are sorted; empty for file order. */
  orderColumn: string
  /** The paths of the files that are not for training, by what they are for. */
  fileSplits: Record<string, 'validation' | 'test'>
  valueColumn: string
  /** The values of valueColumn, separated by commas. */
  trainValues: string
  validationValues: string
  testValues: string
}

export interface SplitProblem {
  field: keyof SplitDraft
  message: string
}

export function defaultSplitDraft(): SplitDraft {
  const split = defaultSplit('csv')
  return {
    kind: split.kind,
    validationPercent: 100 * split.validation,
    testPercent: 100 * split.test,
    seed: split.kind === 'ratio' ? split.seed : 0,
    modulus: 10,
    validationRemainders: '8',
    testRemainders: '9',
    timeColumn: '',
    userColumn: '',
    orderColumn: '',
    fileSplits: {},
    valueColumn: '',
    trainValues: 'train',
    validationValues: 'validation',
    testValues: 'test',
  }
}

/** The fields of a split that a recipe has, of files in their order. */
export function splitDraftOf(split: SplitChoice, files: readonly string[]): Partial<SplitDraft> {
  const { kind } = split
  switch (kind) {
    case 'modulo': {
      const { modulus, validation, test } = split
      return { kind, modulus, validationRemainders: validation.join(', '), testRemainders: test.join(', ') }
    }
    case 'column': {
      const { column, train, validation, test } = split
      const texts = { trainValues: train.join(', '), validationValues: validation.join(', ') }
      return { kind, valueColumn: column, ...texts, testValues: test.join(', ') }
    }
    case 'leaveOneOut':
      return { kind, userColumn: split.user, orderColumn: split.time ?? '' }
    case 'files': {
      const uses = (numbers: readonly number[], use: 'validation' | 'test') =>
        numbers.flatMap((at) => (files[at] === undefined ? [] : [[files[at], use] as const]))
      const both = [...uses(split.validation, 'validation'), ...uses(split.test, 'test')]
      return { kind, fileSplits: Object.fromEntries(both) }
    }
    default: {
      const shares = { validationPercent: percent(split.validation), testPercent: percent(split.test) }
      const seed = 'seed' in split ? { seed: split.seed } : {}
      if (kind === 'user') return { kind, ...shares, ...seed, userColumn: split.column }
      return { kind, ...shares, ...seed, ...(kind === 'time' && { timeColumn: split.column }) }
    }
  }
}

/** Without the last digits of a binary fraction, which nobody typed. */
const percent = (share: number) => Number((100 * share).toPrecision(12))

/**
 * Gives the split as the engine takes it, or the field that is wrong. `columns` are the file's, and `times` those of them that
 * can be sorted by time, and `files` the paths that are imported.
 */
export function splitOf(
  draft: SplitDraft,
  columns: readonly string[],
  times: readonly string[],
  files: readonly string[] = [],
): { split: SplitChoice } | { problem: SplitProblem } {
  switch (draft.kind) {
    case 'modulo':
      return moduloOf(draft)
    case 'column':
      return byValueOf(draft, columns)
    case 'leaveOneOut':
      return leaveOneOutOf(draft, columns, times)
    case 'files':
      return byFileOf(draft, files)
    default: {
      const validation = draft.validationPercent / 100
      const test = draft.testPercent / 100
      if (validation + test >= 1) {
        return wrong('testPercent', 'Validation and test together must leave rows for training.')
      }
      if (draft.kind === 'tail') return { split: { kind: 'tail', validation, test } }
      if (draft.kind === 'ratio') return { split: { kind: 'ratio', validation, test, seed: draft.seed } }
      if (draft.kind === 'user') {
        const { userColumn: column, seed } = draft
        return columns.includes(column)
          ? { split: { kind: 'user', column, validation, test, seed } }
          : wrong('userColumn', 'Choose the column that holds the user.')
      }
      if (!times.includes(draft.timeColumn))
        return wrong('timeColumn', 'Choose the column that holds the time.')
      return { split: { kind: 'time', column: draft.timeColumn, validation, test } }
    }
  }
}

function leaveOneOutOf(
  { userColumn: user, orderColumn: time }: SplitDraft,
  columns: readonly string[],
  times: readonly string[],
): { split: SplitChoice } | { problem: SplitProblem } {
  if (!columns.includes(user)) return wrong('userColumn', 'Choose the column that holds the user.')
  return { split: { kind: 'leaveOneOut', user, ...(times.includes(time) && { time }) } }
}

function byFileOf(
  { fileSplits }: SplitDraft,
  files: readonly string[],
): { split: SplitChoice } | { problem: SplitProblem } {
  const numbers = (wanted: 'validation' | 'test') =>
    files.flatMap((path, at) => (fileSplits[path] === wanted ? [at] : []))
  const [validation, test] = [numbers('validation'), numbers('test')]
  if (validation.length + test.length === 0) {
    return wrong('fileSplits', 'Choose at least one file for validation or test.')
  }
  if (validation.length + test.length === files.length) {
    return wrong('fileSplits', 'No file is left for training.')
  }
  return { split: { kind: 'files', validation, test } }
}

function moduloOf(draft: SplitDraft): { split: SplitChoice } | { problem: SplitProblem } {
  const { modulus } = draft
  const taken = new Set<number>()
  const read = (text: string) => {
    const values: number[] = []
    for (const word of wordsOf(text)) {
      const value = Number(word)
      if (!Number.isInteger(value) || value < 0 || value >= modulus) {
        return `“${word}” is no remainder: use whole numbers from 0 to ${modulus - 1}.`
      }
      if (taken.has(value)) return `The remainder ${value} is given twice.`
      taken.add(value)
      values.push(value)
    }
    return values
  }
  const validation = read(draft.validationRemainders)
  if (typeof validation === 'string') return wrong('validationRemainders', validation)
  const test = read(draft.testRemainders)
  if (typeof test === 'string') return wrong('testRemainders', test)
  if (taken.size === modulus) return wrong('testRemainders', 'No remainder is left for training rows.')
  return { split: { kind: 'modulo', modulus, validation, test } }
}

function byValueOf(
  draft: SplitDraft,
  columns: readonly string[],
): { split: SplitChoice } | { problem: SplitProblem } {
  const column = draft.valueColumn
  if (!columns.includes(column)) return wrong('valueColumn', 'Choose the column that names the split.')
  const train = wordsOf(draft.trainValues)
  const validation = wordsOf(draft.validationValues)
  const test = wordsOf(draft.testValues)
  if (train.length === 0) return wrong('trainValues', 'Give at least one value that marks training rows.')
  const all = [...train, ...validation, ...test]
  const repeated = all.find((value, index) => all.indexOf(value) !== index)
  if (repeated !== undefined) return wrong('trainValues', `The value “${repeated}” is given twice.`)
  return { split: { kind: 'column', column, train, validation, test } }
}

function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

const wrong = (field: keyof SplitDraft, message: string) => ({ problem: { field, message } })
