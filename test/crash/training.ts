/** A workspace with a dataset and a training on it, and the results of that training without a kill. */
import { columnsOf } from '../../main/datasets/columns-of.ts'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultTrainingConfig, type TrainingConfig } from '../../main/contract/training.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { writeClicks } from '../helpers/click-file.ts'
import { evidenceOf, type Evidence } from './evidence.ts'
import { runCommand } from './processes.ts'

export const DATASET = 'clicks'
const ROWS = 20_000

export interface Training {
  workspace: string
  model: ModelDocument
  config: TrainingConfig
  stepsPerEpoch: number
  whole: Evidence
  /** From the command to its end. */
  durationMs: number
  /** Words of the command line that starts it. */
  command: string[]
}

/** Makes the workspace and trains once without a kill, with these settings changed. */
export async function undisturbedTraining(changes: Partial<TrainingConfig> = {}): Promise<Training> {
  const workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-crash-'))
  const datasets = new DatasetService({ workspace })
  const file = join(workspace, 'clicks.csv')
  await writeClicks(file, ROWS)
  await datasets.waitForJob(await datasets.startImport({ name: DATASET, files: [file], format: 'auto' }))
  const manifest = await datasets.show(DATASET)
  await datasets.close()

  const model = presetDocument('dlrm', columnsOf(manifest), {})
  const config: TrainingConfig = {
    ...defaultTrainingConfig,
    seed: 7,
    epochs: 6,
    batchSize: 32,
    threads: 1,
    accumulateBatches: 2,
    earlyStopping: null,
    logEvery: 7,
    checkpointEverySteps: 61,
    ...changes,
  }
  const files = { model: join(workspace, 'model.json'), config: join(workspace, 'config.json') }
  await writeFile(files.model, JSON.stringify(model))
  await writeFile(files.config, JSON.stringify(config))
  const command = ['train', files.model, '--config', files.config, '--data', DATASET]
  const began = performance.now()
  const { run } = await runCommand<{ run: string }>(workspace, command)
  return {
    workspace,
    model,
    config,
    command,
    stepsPerEpoch: Math.ceil(manifest.splits.train.rows / config.batchSize),
    durationMs: performance.now() - began,
    whole: await evidenceOf(workspace, run),
  }
}
