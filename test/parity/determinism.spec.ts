import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../main/cli/services.ts'
import { optimizerKind } from '../../main/contract/training.ts'
import {
  movieLensServices,
  shortTraining,
  startRun,
  stoppedAfter,
  trainToTheEnd,
  type RunTrace,
} from '../helpers/trained-run.ts'

/** Batches of an epoch: 80,000 training rows, 2,048 at a time. */
const EPOCH_STEPS = 40

/** A run is a function of its seed: neither threads nor an interruption may change a single bit. */
describe('a run', () => {
  let workspace: string
  let services: Services
  const unbroken = new Map<string, Promise<RunTrace>>()

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-test-'))
    services = await movieLensServices(workspace)
  }, 120_000)

  afterAll(async () => {
    await services.close()
    await rm(workspace, { recursive: true, force: true })
  })

  /** Trained on two threads without an interruption, once for all tests. */
  function unbrokenRun(kind: (typeof optimizerKind.options)[number]): Promise<RunTrace> {
    const known = unbroken.get(kind) ?? trainToTheEnd(services, shortTraining(kind, { threads: 2 }))
    unbroken.set(kind, known)
    return known
  }

  it.each(optimizerKind.options)(
    'with %s has the same bits on one thread as on two',
    { timeout: 120_000 },
    async (kind) => {
      const two = await unbrokenRun(kind)
      expect(two.status).toBe('completed')
      expect(two.losses).toHaveLength(2 * EPOCH_STEPS)
      expect(await trainToTheEnd(services, shortTraining(kind, { threads: 1 }))).toEqual(two)
    },
  )

  it.each(optimizerKind.options)(
    'with %s that was stopped and resumed has the bits of one that was not',
    { timeout: 120_000 },
    async (kind) => {
      // Far more epochs than it gets, so that it is stopped before its end on any machine.
      const config = shortTraining(kind, { epochs: 10_000 })
      const broken = await startRun(services, config)
      const before = await stoppedAfter(services, broken, 5)
      await services.runs.resume(broken)
      const after = await stoppedAfter(services, broken, before.length + EPOCH_STEPS)
      expect(after.slice(0, before.length)).toEqual(before)
      const whole = await stoppedAfter(services, await startRun(services, config), after.length)
      expect(whole.slice(0, after.length)).toEqual(after)
    },
  )

  it('depends on its seed and on nothing else', { timeout: 120_000 }, async () => {
    const config = shortTraining('adam', { threads: 2 })
    const first = await unbrokenRun('adam')
    expect(await trainToTheEnd(services, config)).toEqual(first)
    const other = await trainToTheEnd(services, { ...config, seed: 1 })
    expect(other.losses[0]).not.toBe(first.losses[0])
  })
})
