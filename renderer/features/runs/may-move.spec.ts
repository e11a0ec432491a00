import { expect, it } from 'vitest'
import { newestFirst } from '../../../main/contract/run-list.ts'
import { listedRun } from '../../../test/helpers/listed-run.ts'
import { mayMove } from './may-move.ts'

const before = listedRun({ status: 'running' })
const byBest = { column: 'best', descending: true } as const

it.each([
  ['a better value where the newest come first', { best: 0.9, last: 0.9 }, '', newestFirst, false],
  ['a better value in a list that is sorted by it', { best: 0.9 }, '', byBest, true],
  ['a better value in a list of running ones', { best: 0.9 }, 'status:running', newestFirst, false],
  ['an end where all are shown', { status: 'completed' }, '', newestFirst, false],
  ['an end in a list of running ones', { status: 'completed' }, 'status:running', newestFirst, true],
  ['another tag where something is looked for', { tags: ['good'] }, 'wide', newestFirst, true],
] as const)('%s: %j, with “%s”', (_, change, query, sort, moves) => {
  expect(
    mayMove(
      before,
      { ...before, ...change, tags: [...('tags' in change ? change.tags : [])] },
      { query, sort },
    ),
  ).toBe(moves)
})

it('of a run out of view means nothing in a list of all, and may bring it into any other', () => {
  expect(mayMove(undefined, before, { query: '', sort: newestFirst })).toBe(false)
  expect(mayMove(undefined, before, { query: 'x', sort: newestFirst })).toBe(true)
  expect(mayMove(undefined, before, { query: '', sort: byBest })).toBe(true)
})
