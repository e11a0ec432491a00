/**
 * One run in its trainer process. It opens the data, builds the model, and continues from a checkpoint if there is one.
 */
import { nativeAddon } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import { datasetManifest, type DatasetManifest } from '../contract/manifest.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { fileError } from '../platform/file-errors.ts'
import { requireIntact } from '../datasets/verify-dataset.ts'
import { compilePlan } from '../model/plan.ts'
import type { TrainingBackend } from './backends/backend.ts'
import { createBackend } from './backends/create-backend.ts'
import { checkpointFolder, CheckpointStore } from './checkpoints.ts'
import { makeFolderDurably } from '../platform/durable-file.ts'
import { watchGpu } from './gpu-watch.ts'
import { loadInitialParameters } from './initial-parameters.ts'
import { TrainingLoop } from './loop.ts'
import { freshPosition, type CheckpointRecord } from './position.ts'
import type { TrainerJob, TrainerMessage } from './protocol.ts'
import { INHERITED, Reporter } from './reporter.ts'
import type { RunControl } from './run-control.ts'
import { RunProgressTracker } from './run-progress.ts'
import { checkSchedule } from './schedule.ts'
import { storeTestPredictions } from './test-predictions.ts'
import { lockFolder } from './trainer-lock.ts'

export interface TrainJobOptions {
  control: RunControl
  send: (message: TrainerMessage) => void
  /** Receives the reporter as soon as it exists, for confirmations and the last message. */
  onReporter: (reporter: Reporter) => void
  /** Makes the model with its optimizers set, if it is not the one that the settings name, in this process alone. */
  createBackend?: typeof createBackend
}

export async function trainJob(job: TrainerJob, options: TrainJobOptions): Promise<'completed' | 'stopped'> {
  const folder = checkpointFolder(job.workspace, job.run)
  await makeFolderDurably(folder).catch((error: unknown) => {
    throw fileError(error, 'make the folder', folder)
  })
  const release = await lockFolder(folder, () => options.control.stopRequested)
  if (!release) return 'stopped'
  try {
    return await trainIn(folder, job, options)
  } finally {
    await release()
  }
}

/** Throws InvalidState if a dataset is no longer the one with which a run was started. */
export function requireSameDataset({ name, hash }: DatasetManifest, wanted: string): void {
  if (hash === wanted) return
  throw new StudioError(
    'InvalidState',
    `The dataset ${name} has changed since this run started: start a new run on it.`,
  )
}

async function trainIn(
  folder: string,
  job: TrainerJob,
  options: TrainJobOptions,
): Promise<'completed' | 'stopped'> {
  const { config, workspace, run, datasetHash } = job
  checkSchedule(config.schedule)
  const dataset = nativeAddon().openDataset(job.datasetFolder)
  const manifest = datasetManifest.parse(JSON.parse(dataset.manifest()))
  requireSameDataset(manifest, datasetHash)
  await requireIntact(workspace, job.datasetFolder, dataset)
  const plan = compilePlan(job.model, columnsOf(manifest))
  const backend = (options.createBackend ?? createBackend)(plan, dataset, config)
  const checkpoints = new CheckpointStore({ workspace, run, datasetHash, config, model: job.model })
  const { record, warnings } = await beginning(job, backend, checkpoints)
  const position = record?.position ?? freshPosition()
  const unstored = record?.unstoredPoints ?? []
  const sparse = plan.inputs.sparse.map(({ name }) => name)
  const { train, validation, test } = manifest.splits
  const progress = new RunProgressTracker(position, config, train.rows)
  const reporter = new Reporter(options.send, () => progress.snapshot(), unstored)
  for (const warning of warnings) reporter.line('warning', warning)
  options.onReporter(reporter)
  const loop = new TrainingLoop({
    backend,
    config,
    rows: { train: train.rows, validation: validation.rows, test: test.rows },
    position,
    control: options.control,
    checkpoints,
    progress,
    reporter,
    send: options.send,
    saveFirst: record === null && job.initialParameters !== null,
    unknownRows: (split) => dataset.unknownRows(split, sparse),
    storeTestPredictions: (predictions) => storeTestPredictions(folder, predictions),
  })
  options.send({
    kind: 'begun',
    number: INHERITED,
    computation: backend.computation(),
    step: position.step,
    epochs: position.epochs,
    points: unstored,
    checkpoints: await checkpoints.list(position.best?.step),
  })
  const endWatch = watchGpu(backend.computation(), (series, value) => loop.point(series, value))
  return loop.run().finally(endWatch)
}

/** Draws or loads the parameters. The record is that of the checkpoint from which the run continues. */
async function beginning(
  job: TrainerJob,
  backend: TrainingBackend,
  checkpoints: CheckpointStore,
): Promise<{ record: CheckpointRecord | null; warnings: string[] }> {
  const warnings: string[] = []
  if (job.resume) {
    await checkpoints.removeLeftovers()
    const { checkpoint, damaged } = await checkpoints.newestIntact()
    for (const path of damaged) warnings.push(`The checkpoint ${path} is damaged and was skipped.`)
    if (checkpoint) {
      await backend.load(checkpoint.path, checkpoint.record.position.optimizerSteps)
      return { record: checkpoint.record, warnings }
    }
    warnings.push('There is no intact checkpoint: the run starts again.')
  }
  if (job.initialParameters === null) backend.initialize(job.config.seed)
  else await loadInitialParameters(backend, job.initialParameters)
  return { record: null, warnings }
}
