import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Services } from '../../../main/cli/services.ts'
import { optimizerKind, type TrainingConfig } from '../../../main/contract/training.ts'
import { columnsOf } from '../../../main/datasets/columns-of.ts'
import { MPI_VARIABLE } from '../../../main/distributed/mpi.ts'
import type { OptimizerKind } from '../../../main/model/costs.ts'
import { compilePlan } from '../../../main/model/plan.ts'
import type { Plan } from '../../../main/model/plan-types.ts'
import { presetDocument } from '../../../main/model/presets/index.ts'
import { createNativeModel } from '../../../main/training/backends/native/native-backend.ts'
import type { TableShard } from '../../../native/index.ts'
import { testedMpi } from '../../helpers/mpi.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import {
  DATASET,
  movieLensServices,
  shortTraining,
  startRun,
  stoppedAfter,
  traceAtTheEnd,
  trainToTheEnd,
  type RunTrace,
} from '../../helpers/trained-run.ts'

const RANKS = [1, 2, 4, 8]
/** Of a run of about 650 steps, which is stopped in the first half of them. */
const EPOCHS = 4
const LATEST_STOP = 200
/** A request is answered where a checkpoint is due, at the latest. */
const MOST_STEPS_BETWEEN = 10

const training = (kind: OptimizerKind, changes: Partial<TrainingConfig> = {}): TrainingConfig =>
  shortTraining(kind, { ranks: 1, threads: 1, epochs: EPOCHS, batchSize: 499, ...changes })

describe.runIf(testedMpi.length > 0)('a run with ranks', () => {
  let workspace: string
  let services: Services
  let plan: Plan
  const seed = Number(process.env.DLRM_RESUME_SEED ?? randomInt(2 ** 31))
  const random = seededRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const whole = new Map<OptimizerKind, RunTrace>()

  beforeAll(async () => {
    console.log(`DLRM_RESUME_SEED=${seed}`)
    workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-test-'))
    services = await movieLensServices(workspace)
    const columns = columnsOf(await services.datasets.show(DATASET))
    plan = compilePlan(presetDocument('dlrm', columns), columns)
    for (const kind of optimizerKind.options) whole.set(kind, await trainToTheEnd(services, training(kind)))
  }, 300_000)

  afterAll(async () => {
    vi.unstubAllEnvs()
    await services.close()
    await rm(workspace, { recursive: true, force: true })
  })

  /** Each table on a random rank, or its columns on two. A row's state in row-wise Adagrad cannot be divided. */
  function randomPlacement(kind: OptimizerKind, ranks: number): TableShard[] {
    const tables = plan.parameters.filter((parameter) => parameter.kind === 'table')
    return tables.flatMap(({ name: table, shape: [, width = 0] }) => {
      const rank = below(ranks)
      const first = 1 + below(width - 1)
      if (ranks === 1 || kind === 'rowWiseAdagrad' || below(2) === 0)
        return [{ table, rank, firstColumn: 0, columns: width }]
      return [
        { table, rank, firstColumn: 0, columns: first },
        { table, rank: (rank + 1) % ranks, firstColumn: first, columns: width - first },
      ]
    })
  }

  /** On a busy machine a run may end before the request to stop comes. It is then tried again with an earlier step. */
  async function stoppedRun(config: TrainingConfig, step: number): Promise<{ run: string; length: number }> {
    const run = await startRun(services, config)
    const losses = await stoppedAfter(services, run, step).catch((error: unknown) => {
      if (String(error).includes('The run is completed.')) return null
      throw error
    })
    return losses ? { run, length: losses.length } : stoppedRun(config, Math.ceil(step / 2))
  }

  it.each(Array.from({ length: 20 }, (_, index) => index))(
    'that is stopped at a random step comes to the same end, bit by bit, on another number of ranks (%i)',
    async (index) => {
      const kind = optimizerKind.options[index % 4] ?? 'adam'
      vi.stubEnv(MPI_VARIABLE, testedMpi[Math.floor(index / 4) % testedMpi.length])
      const before = RANKS[below(RANKS.length)]!
      const others = RANKS.filter((ranks) => ranks !== before)
      const after = others[below(others.length)]!
      const placement = index % 2 === 0 ? randomPlacement(kind, before) : null
      const step = 1 + below(LATEST_STOP)
      const checkpointEverySteps = 1 + below(MOST_STEPS_BETWEEN)
      const config = training(kind, { ranks: before, placement, checkpointEverySteps })
      const { run, length } = await stoppedRun(config, step)
      await services.runs.resume(run, { ranks: after })
      expect(await traceAtTheEnd(services, run)).toEqual(whole.get(kind))
      console.log(
        `${kind}: ${before} ranks${placement ? ' with a plan' : ''}, stopped at ${length}, then ${after}`,
      )
    },
  )

  it('begins with the values of a file as a run on one rank does, wherever its tables are', async () => {
    const file = join(workspace, 'start.safetensors')
    const model = createNativeModel(plan, { threads: 1, precision: 'fp32', seed: 99 })
    model.initialize(99)
    await model.save(file, '{}', false)
    const columns = columnsOf(await services.datasets.show(DATASET))
    const traceOf = async (changes: Partial<TrainingConfig>) => {
      const { id } = await services.runs.start({
        dataset: DATASET,
        model: presetDocument('dlrm', columns),
        config: training('adam', { epochs: 1, ...changes }),
        initialParameters: file,
      })
      return traceAtTheEnd(services, id)
    }
    const one = await traceOf({ ranks: 1 })
    expect(one.status).toBe('completed')
    expect(one.losses[0]).not.toBe(whole.get('adam')?.losses[0])
    expect(await traceOf({ ranks: 4 })).toEqual(one)
    expect(await traceOf({ ranks: 2, placement: randomPlacement('adam', 2) })).toEqual(one)
  })
})
