import { describe, expect, it } from 'vitest'
import { unfinishedDetails, unfinishedSummary } from './unfinished-words.ts'

const run = (name: string, how: 'closed' | 'interrupted', steps = 1200) => ({
  id: name,
  name,
  how,
  steps,
  epochsDone: 1,
  epochs: 5,
})
const imported = (fraction: number | null) => ({
  kind: 'dataset' as const,
  what: 'import of “clicks”',
  fraction,
  how: 'interrupted' as const,
})

describe('the notice of unfinished work', () => {
  it('says what happened to what, and counts what it does not name', () => {
    const runs = ['a', 'b', 'c', 'd', 'e'].map((name) => run(name, 'closed'))
    expect(unfinishedSummary({ runs, others: [] })).toBe(
      '“a”, “b”, “c” and 2 more were stopped and saved when DLRM Studio was closed.',
    )
    expect(unfinishedSummary({ runs: [run('a', 'interrupted')], others: [imported(0.4)] })).toBe(
      '“a” was interrupted when a process ended unexpectedly. ' +
        'The import of “clicks” was lost when a process ended unexpectedly.',
    )
    expect(unfinishedSummary({ runs: [], others: [] })).toBe('')
  })

  it('says how far each was and how it goes on', () => {
    const runs = [run('a', 'closed'), run('b', 'interrupted'), run('c', 'interrupted', 0)]
    expect(unfinishedDetails({ runs, others: [imported(0.4), imported(null)] })).toEqual([
      { what: '“a”', state: 'saved at step 1,200, in epoch 2 of 5' },
      { what: '“b”', state: 'was at step 1,200, in epoch 2 of 5, and resumes from its last checkpoint' },
      { what: '“c”', state: 'resumes from the beginning' },
      { what: 'Import of “clicks”', state: 'was at 40 %; has to be started again' },
      { what: 'Import of “clicks”', state: 'has to be started again' },
    ])
  })
})
