import { openStudioDatabase, type NewPoint, type NewRun, type StudioDatabase } from '../../db/index.ts'
import { currentProcess } from '../../main/platform/process-identity.ts'
import type { EpochResult, Evaluation } from '../../main/contract/runs.ts'
import { defaultTrainingConfig } from '../../main/contract/training.ts'
import { MODEL_FORMAT, MODEL_VERSION, type ModelDocument } from '../../main/model/document.ts'

/** A run directly after its start; `changes` replace fields. */
export function sampleRun(changes: Partial<NewRun> = {}): NewRun {
  return {
    name: 'first try',
    model: sampleModel(),
    config: defaultTrainingConfig,
    environment: {
      appVersion: '0.1.0',
      nodeVersion: '24.21.0',
      platform: 'linux x64',
      cpu: 'A CPU',
      cores: 2,
      threads: 2,
      instructionSet: 'avx2',
      memoryBytes: 8e9,
      gitCommit: null,
      origin: 'window',
      computation: null,
    },
    datasetId: 'clicks',
    datasetName: 'clicks',
    datasetHash: 'a1b2',
    parameters: 1234,
    owner: currentProcess(),
    ...changes,
  }
}

/** Points of one series. */
export function samplePoints(count: number): NewPoint[] {
  return Array.from({ length: count }, (_, step) => ({ series: 's', step, epoch: 1, value: 1, elapsedMs: 1 }))
}

/** Logistic regression on two dense columns, which is the smallest sensible document. */
export function sampleModel(widths = [1]): ModelDocument {
  return {
    format: MODEL_FORMAT,
    version: MODEL_VERSION,
    name: 'logistic regression',
    nodes: [
      { id: 'dense', kind: 'denseInput', columns: ['age', 'year'] },
      {
        id: 'top',
        kind: 'mlp',
        inputs: { input: ['dense'] },
        widths,
        activation: 'relu',
        outputActivation: 'sigmoid',
        dropout: 0,
        bias: true,
      },
      { id: 'loss', kind: 'loss', inputs: { prediction: ['top'] }, loss: 'bce', clamp: 0 },
    ],
  }
}

export function sampleEvaluation(changes: Partial<Evaluation> = {}): Evaluation {
  return {
    logLoss: 0.5,
    auc: 0.7,
    prAuc: 0.6,
    accuracy: 0.75,
    normalizedEntropy: 0.5 / Math.LN2,
    calibration: 1,
    meanSquaredError: 0.2,
    rows: 1000,
    ...changes,
  }
}

/** An epoch with the given validation and test AUC; null leaves the split out. */
export function sampleEpoch(epoch: number, validation: number | null, test: number | null): EpochResult {
  const of = (auc: number | null): Evaluation | null => (auc === null ? null : sampleEvaluation({ auc }))
  return { epoch, trainLoss: 1 / epoch, validation: of(validation), test: of(test), durationMs: 10 }
}

/** A database in the folder with one stored run, which has ended unless it is kept alive. */
export function databaseWithRun(
  folder: string,
  changes: Partial<NewRun> = {},
): { database: StudioDatabase; id: string } {
  const database = openStudioDatabase(`${folder}/studio.db`)
  return { database, id: database.runs.create(sampleRun(changes)).id }
}
