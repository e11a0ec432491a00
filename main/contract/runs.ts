/** Runs in the form that every process and page uses. */
import { MAX_NAME_LENGTH } from '../model/kinds/schema.ts'
import { z } from 'zod'
import { modelDocument } from '../model/document.ts'
import { errorData } from './errors.ts'
import { machineFacts } from './machine.ts'
import { operationReport } from './operations.ts'
import { rankExchange } from './rank-exchange.ts'
import { rankHost, tableShard, trainingConfig } from './training.ts'

export const runStatus = z.enum([
  'starting',
  'running',
  'paused',
  'stopped',
  'completed',
  'failed',
  /** Its owner died. The run can be resumed from its last checkpoint or deleted. */
  'interrupted',
])
export type RunStatus = z.infer<typeof runStatus>

/** The statuses of a run that a process trains now, or is about to. */
export const ACTIVE_STATUSES: readonly RunStatus[] = ['starting', 'running', 'paused']

/** Whether a process trains the run now, or is about to. */
export const isActive = (status: RunStatus): boolean => ACTIVE_STATUSES.includes(status)

/** Whether the run can continue from where it is or from its last checkpoint. */
export function canResume(status: RunStatus): boolean {
  return status === 'paused' || status === 'stopped' || status === 'interrupted' || status === 'failed'
}

/** The number of runs that one comparison shows at most. */
export const MAX_COMPARED_RUNS = 20

/** null: not defined on these rows, as a ranking is not if all labels are the same. */
const maybe = z.number().nullable()

export const evaluation = z.object({
  logLoss: z.number(),
  auc: maybe,
  prAuc: maybe,
  accuracy: z.number(),
  normalizedEntropy: maybe,
  calibration: maybe,
  meanSquaredError: z.number(),
  rows: z.int(),
  /** If some rows have a value that training has not seen: how many, their AUC, and that of the other rows. */
  unknownRows: z.int().optional(),
  unknownAuc: maybe.optional(),
  knownAuc: maybe.optional(),
})
export type Evaluation = z.infer<typeof evaluation>

export const epochResult = z.object({
  /** Counted from 1. */
  epoch: z.int(),
  trainLoss: z.number(),
  validation: evaluation.nullable(),
  test: evaluation.nullable(),
  durationMs: z.number(),
})
export type EpochResult = z.infer<typeof epochResult>

/** A host of an MPI job, with what was given or measured of it when the job started. */
const computingHost = rankHost.omit({ slots: true }).extend({ name: z.string(), ranks: z.int().min(1) })

/** The MPI job that computed a run. */
export const computingJob = z.object({
  ranks: z.int().min(1),
  /** In the order of their first ranks. */
  hosts: z.array(computingHost),
  /** The name and version of the MPI implementation. */
  mpi: z.string(),
  exchange: rankExchange,
  /** Which rank had which tables, also where the planner placed them. */
  placement: z.array(tableShard),
})
export type ComputingJob = z.infer<typeof computingJob>

/** The backend and device that computed a run. */
export const computation = z.object({
  backend: trainingConfig.shape.backend,
  device: z.enum(['CPU', 'GPU']),
  /** Its version, or null if it was not used. */
  tensorflow: z.string().nullable(),
  /** Absent for a run in one process. */
  job: computingJob.optional(),
})
export type Computation = z.infer<typeof computation>

/** The backend and device in words. */
export function computerName({ backend, tensorflow }: Computation): string {
  return backend === 'native' ? 'the native engine' : `TensorFlow ${tensorflow ?? ''}`.trim()
}

export const runEnvironment = machineFacts.extend({
  threads: z.int(),
  /** The commit of the git repository that contains the workspace, if any. */
  gitCommit: z.string().nullable(),
  origin: z.enum(['window', 'cli']),
  /** Of the last process that trained it; null before the first, and for runs of versions that did not record it. */
  computation: computation.nullable(),
})
export type RunEnvironment = z.infer<typeof runEnvironment>

export const runProgress = z.object({
  /** Optimizer steps so far and in total (for the requested epochs). */
  step: z.int(),
  totalSteps: z.int(),
  epoch: z.int(),
  totalEpochs: z.int(),
  samplesPerSecond: z.number(),
  /** null until it is known. */
  secondsLeft: z.number().nullable(),
  phase: z.enum(['loading', 'training', 'evaluating', 'saving', 'paused', 'done']),
})
export type RunProgress = z.infer<typeof runProgress>

/** How some of a run's training steps spent their time. Evaluations and checkpoints are left out. */
export const runProfile = z.object({
  /** The number of steps over which the means are taken. */
  steps: z.int(),
  /** Means of a step. The time outside of its operations is not included. */
  msPerStep: z.number(),
  operations: z.array(operationReport.pick({ name: true, phase: true, ms: true })),
})
export type RunProfile = z.infer<typeof runProfile>

/** Limits of what a person writes about a run, in characters and tags. */
export const MAX_NOTES_LENGTH = 100_000
export const MAX_TAG_LENGTH = 100
export const MAX_TAGS = 50

/** The names that a run may get. Longer names from before this limit are still shown. */
export const runName = z.string().min(1).max(MAX_NAME_LENGTH)

/** One row of the table of runs. */
export const runSummary = z.object({
  id: z.string(),
  name: z.string(),
  status: runStatus,
  modelName: z.string(),
  datasetName: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  durationMs: z.number(),
  /** The number of steps in total, and the mean speed of training them. Evaluations and checkpoints are left out. */
  steps: z.int(),
  samplesPerSecond: z.number(),
  parameters: z.int(),
  bestMetric: trainingConfig.shape.bestMetric,
  /** The validation value of bestMetric at the best epoch, and the last one. */
  best: z.number().nullable(),
  last: z.number().nullable(),
  /** The test AUC at the best epoch. */
  testAuc: z.number().nullable(),
  /** Whether it is null because the labels of the test rows leave it undefined. */
  testAucUndefined: z.boolean(),
  progress: runProgress.nullable(),
  tags: z.array(z.string()),
  notes: z.string(),
  /** Whether a trainer of this engine runs it. Runs of other processes are controlled through the database. */
  ownedHere: z.boolean(),
  error: errorData.nullable(),
})
export type RunSummary = z.infer<typeof runSummary>

export const checkpointInfo = z.object({
  id: z.int(),
  step: z.int(),
  /** The number of epochs that were finished at that time. */
  epoch: z.int(),
  kind: z.enum(['last', 'best', 'kept']),
  path: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  createdAt: z.string(),
})
export type CheckpointInfo = z.infer<typeof checkpointInfo>

/** The path of the checkpoint of a run's step, relative to the workspace, with forward slashes. */
export function checkpointPath(run: string, step: number): string {
  return `checkpoints/${run}/${step}.safetensors`
}

export const runDetail = runSummary.extend({
  /** The saved model that it trained, or null if it trained none. */
  modelId: z.string().nullable(),
  datasetHash: z.string(),
  datasetId: z.string(),
  model: modelDocument,
  config: trainingConfig,
  environment: runEnvironment,
  epochs: z.array(epochResult),
  checkpoints: z.array(checkpointInfo),
})
export type RunDetail = z.infer<typeof runDetail>

/** Row-wise: each row of a table, or of a layer's weights, has its own scale and offset. */
export const quantisation = z.strictObject({
  tables: z.enum(['fp32', 'int8', 'int4']),
  dense: z.enum(['fp32', 'fp16', 'int8']),
})
export type Quantisation = z.infer<typeof quantisation>

/** What a report compares, the whole model first. */
export const reportedQuantisations: readonly Quantisation[] = [
  { tables: 'fp32', dense: 'fp32' },
  { tables: 'fp32', dense: 'fp16' },
  { tables: 'fp32', dense: 'int8' },
  { tables: 'int8', dense: 'fp32' },
  { tables: 'int8', dense: 'int8' },
  { tables: 'int4', dense: 'fp32' },
  { tables: 'int4', dense: 'int8' },
]

/** How a run's model predicts the test rows in a compact form. */
export const quantisedResult = z.object({
  run: z.string(),
  checkpoint: checkpointInfo.pick({ kind: true, step: true }),
  quantisation,
  rows: z.int(),
  auc: z.number().nullable(),
  logLoss: z.number(),
  /** The size of the parameters in memory. */
  bytes: z.number(),
  /** The median of several repetitions over the rows. */
  predictMs: z.number(),
  samplesPerSecond: z.number(),
})
export type QuantisedResult = z.infer<typeof quantisedResult>

/** train/loss is the mean over logEvery steps; validation/… and test/… come once an epoch. */
export const metricPoint = z.object({
  /** Increases by one with each point of a run. Ask for the points after the last one that you have. */
  sequence: z.int(),
  series: z.string(),
  step: z.int(),
  epoch: z.int(),
  value: z.number(),
  /** Milliseconds since the run began, without pauses. */
  elapsedMs: z.number(),
})
export type MetricPoint = z.infer<typeof metricPoint>

export const logLine = z.object({
  sequence: z.int(),
  at: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  message: z.string(),
})
export type LogLine = z.infer<typeof logLine>

export const comparison = z.object({
  runs: z.array(runDetail),
  /** Settings and model fields whose values differ, as paths. */
  differing: z.array(z.object({ path: z.string(), values: z.array(z.unknown()) })),
  metrics: z.array(
    z.object({
      metric: z.string(),
      split: z.enum(['validation', 'test']),
      values: z.array(z.number().nullable()),
    }),
  ),
  /** The test AUC of each later run compared with the first one's. The numbers are null if the verdict says why. */
  significance: z.array(
    z.object({
      run: z.string(),
      baseline: z.string(),
      metric: z.literal('auc'),
      difference: z.number().nullable(),
      standardError: z.number().nullable(),
      pValue: z.number().nullable(),
      /** A sentence for a person, such as "no difference beyond noise". */
      verdict: z.string(),
      /** The same in a few words without names, for a table, such as "no significant difference". */
      outcome: z.string(),
      /** The test that gave the p-value, or null if none was possible. */
      method: z.enum(['paired', 'unpaired']).nullable(),
      /** The test rows on which both were tested; null as above. */
      rows: z.number().nullable(),
    }),
  ),
})
export type Comparison = z.infer<typeof comparison>
