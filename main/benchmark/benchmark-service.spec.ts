import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStudioDatabase, type StudioDatabase } from '../../db/index.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { defaultBenchmark, type BenchmarkProgress, type BenchmarkRequest } from '../contract/benchmarks.ts'
import type { EngineEvent } from '../contract/events.ts'
import { BenchmarkService } from './benchmark-service.ts'

const request: BenchmarkRequest = {
  ...defaultBenchmark,
  preset: 'small-memory',
  batchSize: 16,
  threads: 1,
  trace: null,
}

let database: StudioDatabase
let service: BenchmarkService
let reported: EngineEvent[]

beforeEach(async () => {
  database = openStudioDatabase(join(await temporaryFolder(), 'studio.db'))
  reported = []
  service = new BenchmarkService({ database, emit: (event) => reported.push(event) })
})
afterEach(async () => {
  await service.close()
  database.close()
})

const progressEvents = (): BenchmarkProgress[] =>
  reported.flatMap((event) => (event.kind === 'benchmark' ? [event.progress] : []))

/** Resolves once the phase has been reported. */
async function phase(wanted: BenchmarkProgress['phase']): Promise<void> {
  await expect
    .poll(() => progressEvents().map((progress) => progress.phase), { timeout: 20_000 })
    .toContain(wanted)
}

describe('a benchmark in the window’s engine', () => {
  it(
    'runs in a process of its own, reports its progress and keeps the result',
    { timeout: 60_000 },
    async () => {
      const { benchmark } = service.start(request)
      await service.ended()
      const { state, result, fraction } = service.current ?? {}
      expect({ state, fraction }).toEqual({ state: 'done', fraction: 1 })
      expect(database.benchmarks.get(result ?? '')).toMatchObject({
        origin: 'window',
        report: { preset: 'small-memory', batchSize: 16, threads: 1 },
      })
      const fractions = progressEvents().map((progress) => progress.fraction)
      expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
      expect(fractions.length).toBeGreaterThan(10)
      expect(reported).toContainEqual(
        expect.objectContaining({
          kind: 'changed',
          what: 'benchmarks',
          total: 1,
          removed: [],
          changed: [expect.objectContaining({ id: result })],
        }),
      )
      expect(progressEvents().every((progress) => progress.benchmark === benchmark)).toBe(true)
    },
  )

  it('is refused while another runs, and ends without a result once it is cancelled', async () => {
    const { benchmark } = service.start(request)
    expect(() => service.start(request)).toThrow('A benchmark is already running')
    await phase('training')
    service.cancel(benchmark)
    await service.ended()
    expect(service.current).toMatchObject({ state: 'cancelled', result: null, error: null })
    expect(database.benchmarks.list()).toEqual([])
  })

  it('is refused where it does not fit into memory', () => {
    const large = { ...request, preset: 'paper-profile', batchSize: 2 ** 20 } as const
    expect(() => service.start(large)).toThrow(/needs about .* GB of memory/)
    expect(service.current).toBeNull()
  })

  it('says why it failed if its trace cannot be written', { timeout: 60_000 }, async () => {
    service.start({ ...request, trace: '/no-such-folder/trace.json' })
    await service.ended()
    expect(service.current).toMatchObject({
      state: 'failed',
      error: { code: 'Io', file: '/no-such-folder/trace.json' },
    })
  })
})
