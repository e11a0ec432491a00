import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { ImportOutcome, JobProgress } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { JobBoard } from './jobs.ts'

const outcome: ImportOutcome = {
  dataset: 'clicks',
  rows: 3,
  rejected: { count: 0, first: [], groups: [], stored: 0 },
  unknown: [],
  warnings: [],
  durationMs: 1,
  bytes: 10,
  notes: [],
}
const description = { kind: 'import', name: 'clicks' } as const

function board() {
  const reported: JobProgress[] = []
  return { reported, jobs: new JobBoard((progress) => reported.push(progress)) }
}

describe('JobBoard', () => {
  it('tells the start and the end and keeps the outcome', async () => {
    const { reported, jobs } = board()
    const id = jobs.start(description, () => Promise.resolve(outcome))
    await expect(jobs.wait(id)).resolves.toEqual(outcome)
    expect(reported.map((progress) => progress.state)).toEqual(['running', 'done'])
    expect(jobs.list()).toMatchObject([{ progress: { job: id, fraction: 1 }, outcome, error: null }])
  })

  it('keeps the error of a failed job with its place', async () => {
    const { jobs } = board()
    const where = { file: 'a.csv', row: 3, column: 'label' }
    const id = jobs.start(description, () => Promise.reject(new StudioError('Corrupt', 'It is bad.', where)))
    await expect(jobs.wait(id)).rejects.toMatchObject({ data: { code: 'Corrupt', ...where } })
    expect(jobs.list()[0]).toMatchObject({ progress: { state: 'failed' }, error: where, outcome: null })
  })

  it('reports a cancelled job as cancelled whatever it failed with', async () => {
    const { jobs } = board()
    const id = jobs.start(description, async ({ signal }) => {
      if (!signal.aborted) await once(signal, 'abort')
      throw new Error('It was stopped.')
    })
    jobs.cancel(id)
    await expect(jobs.wait(id)).rejects.toMatchObject({ data: { code: 'Cancelled' } })
    expect(jobs.list()[0]?.progress.state).toBe('cancelled')
  })

  it('tells progress at most ten times a second but every new phase', async () => {
    const { reported, jobs } = board()
    const id = jobs.start(description, async ({ report }) => {
      for (let step = 0; step < 1000; step++) report('scan', step / 1000, `row ${step}`)
      report('write', 0, 'writing')
      return outcome
    })
    await jobs.wait(id)
    expect(reported.map((progress) => progress.phase)).toEqual(['starting', 'scan', 'write', 'done'])
  })

  it('says NotFound for a job it never had', () => {
    const { jobs } = board()
    expect(() => jobs.cancel('job-9')).toThrow('no job job-9')
  })

  it('cancels everything when it closes', async () => {
    const { jobs } = board()
    const id = jobs.start(description, async ({ signal }) => {
      if (!signal.aborted) await once(signal, 'abort')
      throw new Error('It was stopped.')
    })
    await jobs.close()
    await expect(jobs.wait(id)).rejects.toMatchObject({ data: { code: 'Cancelled' } })
  })
})
