/** Runs that are trained for real: the command line's services, a trainer process of their own, real files. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { optimizer, defaultTrainingConfig, type TrainingConfig } from '../../main/contract/training.ts'
import { Services } from '../../main/cli/services.ts'
import { columnsOf } from '../../main/datasets/columns-of.ts'
import { presetDocument, type PresetName } from '../../main/model/presets/index.ts'
import { showRun } from '../../main/runs/summaries.ts'

/** What must be equal, to the bit, if two runs are to be the same. */
export interface RunTrace {
  status: string
  losses: number[]
  /** The test AUC after each epoch. */
  aucs: (number | null | undefined)[]
  /** The hash of the parameters and optimizer state after the last step. */
  checkpoint: string
}

export const DATASET = 'movielens-100k'

/** Services over a workspace that contains movielens-100k. The test must close them. */
export async function movieLensServices(workspace: string): Promise<Services> {
  const services = new Services(workspace)
  await services.datasets.waitForJob(await services.datasets.startSample({ name: DATASET }))
  return services
}

/** A few steps with each optimizer; every loss is stored. */
export function shortTraining(
  kind: TrainingConfig['tables']['kind'],
  changes: Partial<TrainingConfig> = {},
): TrainingConfig {
  const rates = { sgd: 0.1, adagrad: 0.02, rowWiseAdagrad: 0.02, adam: 0.003 }
  const both = optimizer(kind, rates[kind])
  const lengths = { epochs: 2, batchSize: 2048, logEvery: 1, earlyStopping: null }
  return { ...defaultTrainingConfig, ...lengths, tables: both, dense: both, ...changes }
}

/** Starts a preset, a DLRM if none is named, on the dataset and returns the run's id. */
export async function startRun(
  services: Services,
  config: TrainingConfig,
  preset: PresetName = 'dlrm',
): Promise<string> {
  const model = presetDocument(preset, columnsOf(await services.datasets.show(DATASET)))
  return (await services.runs.start({ dataset: DATASET, model, config })).id
}

/** Stops the run once it has trained this many steps, and returns the losses of all its steps. */
export async function stoppedAfter(services: Services, id: string, step: number): Promise<number[]> {
  await stepReached(services, id, step)
  await services.runs.stop(id)
  const { status } = await services.runs.waitForEnd(id)
  if (status !== 'stopped') throw new Error(`The run is ${status}.`)
  return stepLosses(services, id)
}

function stepReached(services: Services, id: string, step: number): Promise<void> {
  return new Promise((resolve) => {
    services.listen((event) => {
      if (event.kind === 'run' && event.id === id && (event.progress?.step ?? 0) >= step) resolve()
    })
  })
}

export async function trainToTheEnd(
  services: Services,
  config: TrainingConfig,
  preset: PresetName = 'dlrm',
): Promise<RunTrace> {
  return traceAtTheEnd(services, await startRun(services, config, preset))
}

/** Waits for the end of a run. */
export async function traceAtTheEnd(services: Services, id: string): Promise<RunTrace> {
  const { status } = await services.runs.waitForEnd(id)
  const losses = stepLosses(services, id)
  const record = join(services.workspace, 'checkpoints', id, `${losses.length}.json`)
  const { sha256 } = JSON.parse(await readFile(record, 'utf8')) as { sha256: string }
  const { epochs } = showRun(services.database, id)
  return { status, losses, aucs: epochs.map(({ test }) => test?.auc), checkpoint: sha256 }
}

function stepLosses(services: Services, id: string): number[] {
  const points = services.database.points.after(id, 0, 100_000)
  return points.filter(({ series }) => series === 'train/loss').map(({ value }) => value)
}
