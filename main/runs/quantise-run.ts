/** Measures how predicting in fewer bits affects a trained model's quality, size and speed. */
import { IN_ORDER } from '../training/backends/backend.ts'
import { nativeAddon } from '../../native/index.ts'
import type { Quantisation, QuantisedResult } from '../contract/runs.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { compilePlan } from '../model/plan.ts'
import { createBackend } from '../training/backends/create-backend.ts'
import { toEvaluation } from '../training/backends/native/native-backend.ts'
import { requireRows, trainedOn, type PredictionSources } from './predict-run.ts'
import { intactCheckpoint, type CheckpointChoice } from './run-checkpoint.ts'
import { splitLabels } from './test-rows.ts'

const BATCH = 4096
/** The number of timed repetitions over the rows, which come after an untimed one. */
const REPETITIONS = 3

export interface QuantisationRequest {
  run: string
  checkpoint: CheckpointChoice
  quantisation: Quantisation
}

/** Predicts the test rows of the run's own dataset. Throws NotFound, InvalidState, InvalidArgument or Corrupt. */
export async function quantiseRun(
  sources: PredictionSources,
  { run: id, checkpoint: choice, quantisation }: QuantisationRequest,
): Promise<QuantisedResult> {
  const { datasets, database } = sources
  const run = database.runs.get(id)
  const manifest = await trainedOn(datasets, run)
  requireRows(manifest, run.datasetId, ['test'])
  const { file, kind, step } = await intactCheckpoint(sources, run.id, choice)
  const dataset = await datasets.openIntact(run.datasetId)
  const config = { ...run.config, backend: 'native' as const }
  const backend = createBackend(compilePlan(run.model, columnsOf(manifest)), dataset, config)
  await backend.load(file, 0)
  await backend.quantise(quantisation)
  const predict = () =>
    backend.predict(
      backend.openBatches({
        split: 'test',
        batchSize: BATCH,
        ...IN_ORDER,
      }),
    )
  const predictions = await predict()
  const times: number[] = []
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const begun = performance.now()
    await predict()
    times.push(performance.now() - begun)
  }
  const predictMs = times.toSorted((a, b) => a - b)[REPETITIONS >> 1]!
  const metrics = toEvaluation(nativeAddon().binaryMetrics(predictions, await splitLabels(dataset, 'test')))
  return {
    run: run.id,
    checkpoint: { kind, step },
    quantisation,
    rows: predictions.length,
    auc: metrics.auc,
    logLoss: metrics.logLoss,
    bytes: backend.memoryBytes(),
    predictMs,
    samplesPerSecond: (1000 * predictions.length) / predictMs,
  }
}
