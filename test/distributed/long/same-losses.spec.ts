import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Services } from '../../../main/cli/services.ts'
import { optimizerKind, type TrainingConfig } from '../../../main/contract/training.ts'
import { MPI_VARIABLE } from '../../../main/distributed/mpi.ts'
import type { TableShard } from '../../../native/index.ts'
import { columnsOf } from '../../../main/datasets/columns-of.ts'
import type { BoundColumns } from '../../../main/model/document.ts'
import { compilePlan } from '../../../main/model/plan.ts'
import { presetDocument, presetNames } from '../../../main/model/presets/index.ts'
import { testedMpi } from '../../helpers/mpi.ts'
import {
  DATASET,
  movieLensServices,
  shortTraining,
  startRun,
  stoppedAfter,
  trainToTheEnd,
} from '../../helpers/trained-run.ts'

type Optimizer = TrainingConfig['tables']['kind']

/** One epoch, whose last batch has fewer rows, and neither has a multiple of eight. */
const training = (kind: Optimizer, ranks: number, changes: Partial<TrainingConfig> = {}): TrainingConfig =>
  shortTraining(kind, { ranks, threads: 1, epochs: 1, batchSize: 1999, ...changes })

/** Each preset with an optimizer, a number of ranks and an implementation of MPI, so that all of them occur. */
const cases = presetNames.map((preset, index) => ({
  preset,
  optimizer: optimizerKind.options[index % 4]!,
  ranks: [2, 4, 8][index % 3]!,
  mpi: testedMpi[index % 2]!,
}))

/** Every table of the preset DLRM divided between two of four ranks, with most of its columns on the second. */
function dividedTables(columns: BoundColumns): TableShard[] {
  const { parameters } = compilePlan(presetDocument('dlrm', columns), columns)
  const tables = parameters.filter(({ kind }) => kind === 'table')
  return tables.flatMap(({ name, shape: [, width = 0] }, index) => [
    { table: name, rank: index % 4, firstColumn: 0, columns: 3 },
    { table: name, rank: (index + 1) % 4, firstColumn: 3, columns: width - 3 },
  ])
}

/** Sums over a batch are taken in one order, whatever the number of ranks, so that it changes no bit. */
describe.runIf(testedMpi.length > 0)('the losses, metrics and checkpoints of a run with ranks', () => {
  let workspace: string
  let services: Services

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-test-'))
    services = await movieLensServices(workspace)
  }, 120_000)

  afterAll(async () => {
    vi.unstubAllEnvs()
    await services.close()
    await rm(workspace, { recursive: true, force: true })
  })

  it.each(cases)('of $preset with $optimizer are the same on $ranks ranks as on one', async (each) => {
    const { preset, optimizer, ranks, mpi } = each
    vi.stubEnv(MPI_VARIABLE, mpi)
    const one = await trainToTheEnd(services, training(optimizer, 1), preset)
    expect(one.status).toBe('completed')
    expect(await trainToTheEnd(services, training(optimizer, ranks), preset)).toEqual(one)
  })

  it('are the same with accumulated and clipped gradients', async () => {
    const changes = { accumulateBatches: 3, gradientClipNorm: 0.1 }
    const one = await trainToTheEnd(services, training('adam', 1, changes))
    expect(await trainToTheEnd(services, training('adam', 4, changes))).toEqual(one)
  })

  it.each([3, 5])('are close to those of one rank on %i ranks, and to those without ranks', async (ranks) => {
    const config = training('adagrad', ranks)
    const few = await trainToTheEnd(services, config)
    const one = await trainToTheEnd(services, { ...config, ranks: 1 })
    const alone = await trainToTheEnd(services, { ...config, ranks: null })
    for (const [step, loss] of few.losses.entries()) {
      expect(Math.abs(loss - one.losses[step]!) / loss, `step ${step + 1}`).toBeLessThan(1e-6)
      expect(Math.abs(loss - alone.losses[step]!) / loss, `step ${step + 1}`).toBeLessThan(1e-6)
    }
  })

  it('go on with the same bits when a run with a plan is resumed on another number of ranks', async () => {
    const config = training('adam', 4, { epochs: 10_000 })
    const placement = dividedTables(columnsOf(await services.datasets.show(DATASET)))
    const run = await startRun(services, { ...config, placement })
    const before = await stoppedAfter(services, run, 5)
    await services.runs.resume(run, { ranks: 2 })
    const after = await stoppedAfter(services, run, before.length + 20)
    await services.runs.resume(run, { ranks: 1 })
    const last = await stoppedAfter(services, run, after.length + 20)
    const whole = await stoppedAfter(services, await startRun(services, { ...config, ranks: 1 }), last.length)
    expect(last.slice(0, after.length)).toEqual(after)
    expect(whole.slice(0, last.length)).toEqual(last)
  })
})
