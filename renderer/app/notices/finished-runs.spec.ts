import { expect, it } from 'vitest'
import { listedRun } from '../../../test/helpers/listed-run.ts'
import { FinishedRuns } from './finished-runs.ts'

const run = (
  id: string,
  status: 'running' | 'completed' | 'failed' | 'stopped' | 'interrupted',
  minute = 5,
) => listedRun({ id, status, finishedAt: status === 'running' ? null : `2026-01-01T12:0${minute}:00.000Z` })
const finished = () => new FinishedRuns('2026-01-01T12:03:00.000Z')

it('reports runs that ended since the window was opened, each once', () => {
  const runs = finished()
  const told = (...changed: ReturnType<typeof run>[]) => runs.take(changed).map(({ id }) => id)
  expect(told(run('a', 'running'), run('b', 'failed'), run('c', 'completed', 1))).toEqual(['b'])
  expect(told(run('a', 'completed'), run('b', 'failed'))).toEqual(['a'])
  expect(told(run('a', 'completed'), run('d', 'interrupted'))).toEqual(['d'])
})

it('reports a run again that was resumed and has ended once more', () => {
  const runs = finished()
  expect(runs.take([run('a', 'failed', 4)])).toHaveLength(1)
  expect(runs.take([run('a', 'running')])).toEqual([])
  expect(runs.take([run('a', 'completed', 6)])).toHaveLength(1)
})

it('does not report a run that somebody stopped', () => {
  expect(finished().take([run('a', 'stopped')])).toEqual([])
})
