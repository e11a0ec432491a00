import { expect, it } from 'vitest'
import { listedRun } from '../../../test/helpers/listed-run.ts'
import { finishedSince } from './finished-runs.ts'

const run = (id: string, status: 'running' | 'completed' | 'failed' | 'stopped' | 'interrupted') =>
  listedRun({ id, status })

it('tells of runs that were training and have ended, and of new ones that have', () => {
  const before = [run('a', 'running'), run('b', 'running'), run('c', 'completed'), run('d', 'interrupted')]
  const now = [
    ...[run('a', 'completed'), run('b', 'failed'), run('c', 'completed')],
    ...[run('d', 'interrupted'), run('e', 'completed'), run('f', 'running')],
  ]
  expect(finishedSince(before, now).map(({ id }) => id)).toEqual(['a', 'b', 'e'])
})

it('tells nothing of a run that somebody stopped', () => {
  expect(finishedSince([run('a', 'running')], [run('a', 'stopped')])).toEqual([])
})
