/** What the database stores, as the services read and write it. Times are ISO 8601 in UTC, durations milliseconds. */
import type { BenchmarkResult } from '../main/contract/benchmarks.ts'
import type { ErrorData } from '../main/contract/errors.ts'
import type {
  CheckpointInfo,
  Computation,
  EpochResult,
  LogLine,
  MetricPoint,
  RunEnvironment,
  RunProfile,
  RunProgress,
  RunStatus,
} from '../main/contract/runs.ts'
import type { EvaluationMetric, TrainingConfig } from '../main/contract/training.ts'
import type { ModelDocument } from '../main/model/document.ts'
import type { ProcessIdentity } from '../main/platform/process-identity.ts'
import type { DocumentPatch } from '../main/model/editing/patch.ts'

/** One row of the list of runs: everything except the documents. */
export interface RunRow {
  id: string
  name: string
  status: RunStatus
  modelName: string
  /** The saved model that it trained, or null if it trained none. */
  modelId: string | null
  datasetId: string
  datasetName: string
  datasetHash: string
  /** The number of trained values of the model. */
  parameters: number
  bestMetric: EvaluationMetric
  /** null once the run has ended. */
  owner: ProcessIdentity | null
  heartbeatAt: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  durationMs: number
  /** The number of trained batches, and the mean speed of training them. */
  steps: number
  samplesPerSecond: number
  /** The validation value of bestMetric at bestEpoch, and the one after the last epoch. */
  best: number | null
  bestEpoch: number | null
  last: number | null
  /** The test AUC at bestEpoch, or after the last epoch if there is no validation split. */
  testAuc: number | null
  /** Whether it is null because the labels of the test rows leave it undefined. */
  testAucUndefined: boolean
  progress: RunProgress | null
  error: ErrorData | null
  notes: string
  /** In alphabetical order. */
  tags: string[]
}

/** A page of the list of runs. */
export interface FoundRuns {
  /** The number of all runs, and the number of those that match. */
  total: number
  matching: number
  runs: RunRow[]
}

/** The runs that have changed since an earlier change. */
export interface RunChanges {
  /** The number of the newest change. */
  last: number
  /** The changed and the new runs, as they are now. */
  changed: RunRow[]
  /** The ids of the deleted runs. */
  removed: string[]
}

export interface RunRecord extends RunRow {
  model: ModelDocument
  config: TrainingConfig
  environment: RunEnvironment
  /** The file with its initial parameters, or null if they are drawn from the seed. */
  initialParameters: string | null
}

/** A new run is `starting`, and its owner is the process that will train it. */
export interface NewRun {
  name: string
  model: ModelDocument
  /** The saved model whose document it is. */
  modelId?: string | null
  config: TrainingConfig
  environment: RunEnvironment
  datasetId: string
  datasetName: string
  datasetHash: string
  parameters: number
  /** An absolute path. */
  initialParameters?: string | null
  owner: ProcessIdentity
}

/** The fields that may change while a run is active. Absent ones stay unchanged. */
export interface RunPatch {
  name?: string
  notes?: string
  status?: 'starting' | 'running' | 'paused'
  startedAt?: string
  durationMs?: number
  steps?: number
  samplesPerSecond?: number
  progress?: RunProgress | null
  computation?: Computation
}

export interface RunEnd {
  status: 'stopped' | 'completed' | 'failed' | 'interrupted'
  error: ErrorData | null
}

/** The database numbers points and log lines itself. */
export type NewPoint = Omit<MetricPoint, 'sequence'>
export type NewLine = Omit<LogLine, 'sequence'>
export type NewCheckpoint = Omit<CheckpointInfo, 'id'>

export interface CheckpointChange {
  saved: NewCheckpoint
  /** The paths of removed checkpoints. */
  removed: string[]
}

/** What a trainer reports between epochs. All of it is stored, or nothing. */
export interface RunUpdate {
  points: NewPoint[]
  lines: NewLine[]
  progress?: RunProgress
  durationMs?: number
  /** The mean over the run. */
  samplesPerSecond?: number
  checkpoint?: CheckpointChange | null
  /** It covers the whole run so far. */
  profile?: RunProfile | null
}

/** The end of an epoch. All of it is stored, or nothing. */
export interface EpochUpdate extends RunUpdate {
  result: EpochResult
}

/** The new points and log lines of an update, with their numbers. Points that a resumed run repeats are left out. */
export interface StoredUpdate {
  points: MetricPoint[]
  lines: LogLine[]
}

/** A request of another process to a run's owner. */
export type RunAction = 'pause' | 'resume' | 'stop'

export type BenchmarkRow = BenchmarkResult
/** The database assigns the id. */
export type NewBenchmark = Omit<BenchmarkResult, 'id'>

export interface NewEdit {
  /** The number of edits that were in effect when it was made. */
  after: number
  /** What it changes, for the list of edits that can be undone. */
  name: string
  patch: DocumentPatch
}

/** A named version of a saved model, without its document. */
export interface ModelVersionRow {
  id: string
  model: string
  name: string
  createdAt: string
}
