import { describe, expect, it } from 'vitest'
import { defaultSplit } from '../../../../main/contract/dataset-defaults.ts'
import { splitChoice, type SplitChoice } from '../../../../main/contract/datasets.ts'
import { defaultSplitDraft, splitDraftOf, splitOf, type SplitDraft } from './split-draft.ts'

const columns = ['label', 'when', 'part']
const times = ['when']
const split = (change: Partial<SplitDraft>) => splitOf({ ...defaultSplitDraft(), ...change }, columns, times)
const problem = (change: Partial<SplitDraft>) => {
  const result = split(change)
  return 'problem' in result ? result.problem : null
}

describe('the split in the import wizard', () => {
  it('is that of an import on the command line until something is changed', () => {
    expect(split({})).toEqual({ split: defaultSplit('csv') })
    expect(split({ kind: 'tail' })).toEqual({ split: defaultSplit('criteo') })
  })

  it('becomes what the engine takes, for every kind', () => {
    const results = [
      split({}),
      split({ kind: 'tail', testPercent: 20 }),
      split({ kind: 'time', timeColumn: 'when' }),
      split({ kind: 'modulo', validationRemainders: '7, 8' }),
      split({
        kind: 'column',
        valueColumn: 'part',
        trainValues: 'a, b',
        validationValues: '',
        testValues: 'c',
      }),
    ]
    const splits = results.map((result) =>
      'split' in result ? splitChoice.parse(result.split) : result.problem,
    )
    expect(splits).toEqual([
      { kind: 'ratio', validation: 0.1, test: 0.1, seed: 0 },
      { kind: 'tail', validation: 0.1, test: 0.2 },
      { kind: 'time', column: 'when', validation: 0.1, test: 0.1 },
      { kind: 'modulo', modulus: 10, validation: [7, 8], test: [9] },
      { kind: 'column', column: 'part', train: ['a', 'b'], validation: [], test: ['c'] },
    ])
  })

  it('is that of a recipe again, whatever its kind', () => {
    const files = ['/a.csv', '/b.csv', '/c.csv']
    const splits: SplitChoice[] = [
      { kind: 'ratio', validation: 0.07, test: 0.29, seed: 2018 },
      { kind: 'tail', validation: 0, test: 0.14 },
      { kind: 'time', column: 'when', validation: 0.1, test: 0.2 },
      { kind: 'user', column: 'part', validation: 0.1, test: 0.2, seed: 3 },
      { kind: 'leaveOneOut', user: 'part', time: 'when' },
      { kind: 'leaveOneOut', user: 'part' },
      { kind: 'files', validation: [2], test: [0] },
      { kind: 'modulo', modulus: 7, validation: [1, 2], test: [] },
      { kind: 'column', column: 'part', train: ['a', 'b'], validation: [], test: ['c'] },
    ]
    for (const choice of splits) {
      const draft = { ...defaultSplitDraft(), ...splitDraftOf(choice, files) }
      expect(splitOf(draft, columns, times, files)).toEqual({ split: choice })
    }
  })

  it('by user or file needs the column, or a file for each purpose', () => {
    expect(problem({ kind: 'user', userColumn: 'gone' })).toMatchObject({ field: 'userColumn' })
    expect(problem({ kind: 'leaveOneOut' })).toMatchObject({ field: 'userColumn' })
    expect(problem({ kind: 'files' })).toMatchObject({ field: 'fileSplits' })
    const draft = {
      ...defaultSplitDraft(),
      kind: 'files' as const,
      fileSplits: { '/a.csv': 'test' as const },
    }
    expect(splitOf(draft, columns, times, ['/a.csv'])).toMatchObject({
      problem: { message: 'No file is left for training.' },
    })
  })

  it('needs rows for training', () => {
    expect(problem({ validationPercent: 50, testPercent: 50 })).toMatchObject({ field: 'testPercent' })
    expect(
      problem({ kind: 'modulo', modulus: 2, validationRemainders: '0', testRemainders: '1' })?.message,
    ).toContain('No remainder is left')
    expect(problem({ kind: 'column', valueColumn: 'part', trainValues: ' , ' })).toMatchObject({
      field: 'trainValues',
    })
  })

  it('names remainders that are none or are given twice', () => {
    expect(problem({ kind: 'modulo', validationRemainders: '10' })?.message).toContain('from 0 to 9')
    expect(problem({ kind: 'modulo', validationRemainders: 'x' })?.message).toContain('“x”')
    expect(problem({ kind: 'modulo', validationRemainders: '9' })).toMatchObject({
      field: 'testRemainders',
      message: 'The remainder 9 is given twice.',
    })
  })

  it('needs a column of the file where it goes by one', () => {
    expect(problem({ kind: 'time', timeColumn: '' })).toMatchObject({ field: 'timeColumn' })
    expect(problem({ kind: 'time', timeColumn: 'gone' })).toMatchObject({ field: 'timeColumn' })
    expect(problem({ kind: 'column', valueColumn: '' })).toMatchObject({ field: 'valueColumn' })
    expect(problem({ kind: 'column', valueColumn: 'part', testValues: 'train' })?.message).toContain(
      'given twice',
    )
  })
})
