/** Trains what a command line of dlrm_s_pytorch.py describes, and reports the losses that it would print. */
import { randomBatches } from '../datasets/random-reference/random-batches.ts'
import { TraceGenerator, type TraceProfile } from '../datasets/random-reference/stack-distances.ts'
import { readProfiles, tableTraceFiles } from '../datasets/random-reference/trace-files.ts'
import type { DlrmCommand } from '../model/dlrm-arguments.ts'
import { compilePlan } from '../model/plan.ts'
import type { Plan } from '../model/plan-types.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { BatchTrainer } from './backends/batch-trainer.ts'
import { createBatchTrainer } from './backends/create-backend.ts'
import { referenceConfig } from './reference-config.ts'
import { checkSchedule, learningRateScale } from './schedule.ts'

export interface PrintedLoss {
  /** From 1 to `iterations`, in each epoch. */
  iteration: number
  iterations: number
  /** From 0. */
  epoch: number
  /** The mean over the rows since the last printed loss. */
  loss: number
  msPerIteration: number
}

/**
 * The profiles from which a command with synthetic data draws, one for each table. Rejects with the name of a file that
 * is not valid.
 */
export async function profilesFor({ data, columns }: DlrmCommand): Promise<TraceProfile[] | null> {
  if (data.distribution !== 'synthetic') return null
  return readProfiles(tableTraceFiles(data.traceFile, columns.sparse.length), data.tracePadding)
}

/**
 * `profiles` come from profilesFor. `createTrainer` makes the model that is trained, of one process unless it says
 * otherwise. Throws InvalidArgument if the drawn indices would be outside of a table.
 */
export function* trainReferenceCommand(
  command: DlrmCommand,
  profiles: TraceProfile[] | null,
  createTrainer: (plan: Plan, config: TrainingConfig) => BatchTrainer = createBatchTrainer,
): Generator<PrintedLoss> {
  const { document, columns, training, data, printEvery } = command
  checkSchedule(training.schedule)
  const trainer = createTrainer(compilePlan(document, columns), referenceConfig(training))
  trainer.initialize(data.seed)
  const tables = {
    denseColumns: columns.dense.length,
    tableRows: columns.sparse.map(({ cardinality }) => cardinality),
    // The reference reads its profile again for every bag.
    ...(profiles && {
      traces: profiles.map((profile) => () => new TraceGenerator(profile, data.tracePadding)),
    }),
  }
  const iterations = Math.ceil(data.rows / data.batchSize)
  const { schedule, learningRate } = training
  let step = 0
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    let since = { loss: 0, rows: 0, milliseconds: 0, iterations: 0 }
    let iteration = 0
    for (const batch of randomBatches(data, tables)) {
      step += 1
      iteration += 1
      const begun = performance.now()
      const loss = trainer.trainBatch(batch, learningRateScale(schedule, learningRate, step))
      since.milliseconds += performance.now() - begun
      since.iterations += 1
      // The reference prints means of losses that are f32 numbers.
      since.loss += Math.fround(loss) * batch.size
      since.rows += batch.size
      if (iteration % printEvery !== 0 && iteration !== iterations) continue
      yield {
        iteration,
        iterations,
        epoch,
        loss: since.loss / since.rows,
        msPerIteration: since.milliseconds / since.iterations,
      }
      since = { loss: 0, rows: 0, milliseconds: 0, iterations: 0 }
    }
  }
}
