/** Predicts the rows of a dataset or of a new file with a trained model. */
import { nativeAddon, type NativeDataset } from '../../native/index.ts'
import type { RunRecord, StudioReader } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'
import { datasetManifest, type DatasetManifest } from '../contract/manifest.ts'
import type { Evaluation, Quantisation } from '../contract/runs.ts'
import { allUnknownWarnings, unknownShares, type UnknownShare } from '../contract/unknown-values.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import type { JobHandle } from '../datasets/jobs.ts'
import { compilePlan } from '../model/plan.ts'
import { IN_ORDER, type TrainingBackend } from '../training/backends/backend.ts'
import { createBackend } from '../training/backends/create-backend.ts'
import { concatenate } from '../training/concatenate.ts'
import { toEvaluation } from '../training/backends/native/native-backend.ts'
import { keptColumns, type KeptColumns } from './kept-columns.ts'
import { writePredictions, type PredictedSplit } from './predictions-csv.ts'
import { intactCheckpoint, type CheckpointChoice } from './run-checkpoint.ts'
import { requireSameEncoding } from './same-encoding.ts'
import { splitLabels, type Split } from './test-rows.ts'

const BATCH = 4096

export interface PredictionSources {
  database: StudioReader
  workspace: string
  datasets: Pick<DatasetService, 'show' | 'openIntact' | 'withEncodedFile'>
}

export interface PredictionRequest {
  run: string
  checkpoint: CheckpointChoice
  /** Splits of a prepared dataset, or a file with the layout of those of the run's dataset. */
  rows: { dataset: string; splits: Split[] } | { file: string }
  /** Replaced if it exists. */
  out: string
  /** Columns of a file that are written beside its predictions. */
  columns?: string[]
  /**
   * Whether their text is written exactly as it is; otherwise an apostrophe is put before what would begin a formula.
   */
  exactText?: boolean
  /** The model is not quantised if this is absent. */
  quantisation?: Quantisation
}

export interface PredictionOutcome {
  run: string
  checkpoint: { kind: string; step: number }
  out: string
  rows: number
  /** null if the rows have no labels. */
  metrics: Evaluation | null
  bytes: number
  /**
   * For each sparse column of the model, the share of the rows' values that training has not seen; empty if that is not
   * known.
   */
  unknown: UnknownShare[]
  /** Sentences on columns of which training has seen no value. */
  warnings: string[]
}

/** Throws NotFound, InvalidArgument with file, row and column, InvalidState, Corrupt, Io or DiskFull. */
export async function predictRun(
  sources: PredictionSources,
  request: PredictionRequest,
  handle: JobHandle,
): Promise<PredictionOutcome> {
  const { datasets, database } = sources
  const run = database.runs.get(request.run)
  const own = await trainedOn(datasets, run)
  const checkpoint = await intactCheckpoint(sources, run.id, request.checkpoint)
  const plan = compilePlan(run.model, columnsOf(own))
  const { columns = [], exactText: exact = false } = request
  const finish = async (
    dataset: NativeDataset,
    splits: Split[],
    labelled: boolean,
    kept: KeptColumns | null = null,
  ) => {
    // The checkpoints of all backends are alike, and only the native backend does not use this process's JavaScript
    // thread.
    const backend = createBackend(plan, dataset, { ...run.config, backend: 'native' })
    await backend.load(checkpoint.file, 0)
    if (request.quantisation) await backend.quantise(request.quantisation)
    const predicted: PredictedSplit[] = []
    const sparse = plan.inputs.sparse.map(({ name }) => name)
    for (const split of splits) {
      predicted.push(await predictSplit(backend, dataset, sparse, split, labelled, handle))
    }
    const counted = splits.filter((split) => split !== 'train')
    const manifest = datasetManifest.parse(JSON.parse(dataset.manifest()))
    const unknown = unknownShares(manifest, counted).filter(({ column }) => sparse.includes(column))
    const { path, bytes } = await writePredictions(request.out, predicted, { kept, exact })
    return {
      run: run.id,
      checkpoint: { kind: checkpoint.kind, step: checkpoint.step },
      out: path,
      rows: predicted.reduce((sum, { predictions }) => sum + predictions.length, 0),
      metrics: metricsOf(predicted),
      bytes,
      unknown: counted.length > 0 ? unknown : [],
      warnings: allUnknownWarnings(unknown, rowsInWords(request.rows)),
    }
  }
  if ('file' in request.rows) {
    return datasets.withEncodedFile(
      request.rows.file,
      run.datasetId,
      handle,
      ({ dataset, labelled, folder }) => finish(dataset, ['test'], labelled, keptColumns(folder, columns)),
      columns,
    )
  }
  if (columns.length > 0) throw noText()
  const { dataset, splits } = request.rows
  const manifest = await datasets.show(dataset)
  if (manifest.hash !== own.hash) {
    const { dense, sparse } = plan.inputs
    requireSameEncoding(own, manifest, [...dense, ...sparse.map(({ name }) => name)])
  }
  requireRows(manifest, dataset, splits)
  return finish(await datasets.openIntact(dataset), splits, true)
}

function noText(): StudioError {
  return new StudioError(
    'InvalidArgument',
    'A prepared dataset does not keep the text of its files, so its columns cannot be written beside the predictions. Give the ' +
      'file itself as the data, or join on the row numbers.',
    { field: 'columns' },
  )
}

function rowsInWords(rows: PredictionRequest['rows']): string {
  return 'file' in rows ? rows.file : `the ${rows.splits.join(' and ')} rows of ${rows.dataset}`
}

/** The dataset that defines the model's inputs. Throws InvalidState if it was replaced. */
export async function trainedOn(
  datasets: PredictionSources['datasets'],
  run: RunRecord,
): Promise<DatasetManifest> {
  const manifest = await datasets.show(run.datasetId)
  if (manifest.hash === run.datasetHash) return manifest
  throw new StudioError(
    'InvalidState',
    `The dataset ${run.datasetId} has changed since run ${run.id} was trained on it, so its encoding ` +
      'is lost: train a new run on the dataset.',
  )
}

export function requireRows(manifest: DatasetManifest, dataset: string, splits: Split[]): void {
  if (splits.some((split) => manifest.splits[split].rows > 0)) return
  throw new StudioError(
    'InvalidArgument',
    `The dataset ${dataset} has no ${splits.join(' or ')} rows: choose another split.`,
    { field: 'split' },
  )
}

async function predictSplit(
  backend: TrainingBackend,
  dataset: NativeDataset,
  columns: string[],
  split: Split,
  labelled: boolean,
  { report, signal }: JobHandle,
): Promise<PredictedSplit> {
  signal.throwIfAborted()
  report('predict', null, `Predicting the ${split} rows`)
  const batches = backend.openBatches({
    split,
    batchSize: BATCH,
    ...IN_ORDER,
  })
  const predictions = await backend.predict(batches)
  if (!labelled) return { split, predictions, labels: null, unknown: null }
  const unknown = split === 'train' ? null : await dataset.unknownRows(split, columns)
  return { split, predictions, labels: await splitLabels(dataset, split), unknown }
}

/** Training rows have no unknown values. */
function unknownIn(predicted: PredictedSplit[]): Uint8Array {
  return Uint8Array.from(
    predicted.flatMap(({ predictions, unknown }) => [...(unknown ?? new Uint8Array(predictions.length))]),
  )
}

function metricsOf(predicted: PredictedSplit[]): Evaluation | null {
  const labels = predicted.flatMap(({ labels }) => labels ?? [])
  if (labels.length < predicted.length) return null
  const metrics = nativeAddon().binaryMetrics(
    concatenate(predicted.map(({ predictions }) => predictions)),
    concatenate(labels),
    unknownIn(predicted),
  )
  return toEvaluation(metrics)
}
