/** A workspace with a small real dataset, and the settings for a training on it. */
import { columnsOf } from '../../main/datasets/columns-of.ts'
import { join } from 'node:path'
import { defaultTrainingConfig, optimizer, type TrainingConfig } from '../../main/contract/training.ts'
import type { DatasetManifest } from '../../main/contract/manifest.ts'
import type { SplitChoice } from '../../main/contract/datasets.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { writeClicks } from './click-file.ts'

export interface SmallTraining {
  workspace: string
  dataset: string
  manifest: DatasetManifest
  model: ModelDocument
  config: TrainingConfig
}

/** 80 % of the rows are for training, the rest for validation and test. A step takes a fraction of a millisecond. */
export async function smallTraining(
  workspace: string,
  changes: Partial<TrainingConfig> = {},
  rows = 1000,
): Promise<SmallTraining> {
  const dataset = 'clicks'
  const datasets = new DatasetService({ workspace })
  const file = join(workspace, 'clicks.csv')
  await writeClicks(file, rows)
  const split: SplitChoice = { kind: 'modulo', modulus: 10, validation: [8], test: [9] }
  const job = await datasets.startImport({ name: dataset, files: [file], format: 'csv', split })
  await datasets.waitForJob(job)
  const manifest = await datasets.show(dataset)
  await datasets.close()
  const config: TrainingConfig = {
    ...defaultTrainingConfig,
    tables: optimizer('adagrad', 0.05),
    dense: optimizer('adagrad', 0.05),
    seed: 3,
    epochs: 2,
    batchSize: 32,
    threads: 1,
    earlyStopping: null,
    logEvery: 1,
    ...changes,
  }
  return { workspace, dataset, manifest, model: presetDocument('dlrm', columnsOf(manifest), {}), config }
}
