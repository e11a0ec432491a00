/** What the database keeps, as the services read and write it. Times are ISO 8601 in UTC, durations milliseconds. */
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

/** One line of the list: everything but the documents. */
export interface RunRow {
  id: string
  name: string
  status: RunStatus
  modelName: string
  /** The saved model that it trained; null where it trained none. */
  modelId: string | null
  datasetId: string
  datasetName: string
  datasetHash: string
  /** Number of trained values in the model. */
  parameters: number
  bestMetric: EvaluationMetric
  /** null once the run has ended. */
  owner: ProcessIdentity | null
  heartbeatAt: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  durationMs: number
  /** Batches trained in all, and the mean speed while they were. */
  steps: number
  samplesPerSecond: number
  /** Validation value of bestMetric at bestEpoch, and after the last epoch. */
  best: number | null
  bestEpoch: number | null
  last: number | null
  /** Test AUC at bestEpoch; without a validation split, after the last epoch. */
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
  /** How many runs there are, and how many of them match. */
  total: number
  matching: number
  runs: RunRow[]
}

/** What happened to runs since some earlier change. */
export interface RunChanges {
  /** Number of the newest change. */
  last: number
  /** Those that were changed or have come, as they are now. */
  changed: RunRow[]
  /** Ids of those that are gone. */
  removed: string[]
}

export interface RunRecord extends RunRow {
  model: ModelDocument
  config: TrainingConfig
  environment: RunEnvironment
  /** The file whose parameters it began with; null for a draw from the seed. */
  initialParameters: string | null
}

/** A run is born `starting`, owned by the process that will train it. */
export interface NewRun {
  name: string
  model: ModelDocument
  /** The saved model that the document is of. */
  modelId?: string | null
  config: TrainingConfig
  environment: RunEnvironment
  datasetId: string
  datasetName: string
  datasetHash: string
  parameters: number
  /** Absolute path. */
  initialParameters?: string | null
  owner: ProcessIdentity
}

/** What may change while a run lives; fields left out stay. */
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

/** The database numbers points and lines itself. */
export type NewPoint = Omit<MetricPoint, 'sequence'>
export type NewLine = Omit<LogLine, 'sequence'>
export type NewCheckpoint = Omit<CheckpointInfo, 'id'>

export interface CheckpointChange {
  saved: NewCheckpoint
  /** Paths of checkpoints whose files are gone. */
  removed: string[]
}

/** What a trainer reports between epochs; stored whole or not at all. */
export interface RunUpdate {
  points: NewPoint[]
  lines: NewLine[]
  progress?: RunProgress
  durationMs?: number
  /** Mean over the run. */
  samplesPerSecond?: number
  checkpoint?: CheckpointChange | null
  /** Of the whole run so far. */
  profile?: RunProfile | null
}

/** An epoch's end, stored whole or not at all: no finished epoch is ever lost or half there. */
export interface EpochUpdate extends RunUpdate {
  result: EpochResult
}

/** What was new in an update, with its numbers; repeated points of a resumed run are left out. */
export interface StoredUpdate {
  points: MetricPoint[]
  lines: LogLine[]
}

/** Something another process asks a run's owner to do. */
export type RunAction = 'pause' | 'resume' | 'stop'

export interface ModelSummaryRow {
  id: string
  name: string
  updatedAt: string
  /** How many nodes its document has. */
  nodes: number
}

export interface SavedModelRow {
  id: string
  name: string
  updatedAt: string
  document: ModelDocument
}

export type BenchmarkRow = BenchmarkResult
/** The database gives it its id. */
export type NewBenchmark = Omit<BenchmarkResult, 'id'>

export interface NewEdit {
  /** How many edits were in effect when it was made. */
  after: number
  /** What it did, for the list of what can be undone. */
  name: string
  patch: DocumentPatch
}

/** What the next undo and redo of a model would be. */
export interface UndoState {
  /** How many edits are in effect. */
  done: number
  /** Names of the edit that can be undone and of the one that can be redone. */
  undo: string | null
  redo: string | null
}

export interface ModelEdit {
  number: number
  name: string
  madeAt: string
}

/** A named version of a saved model, without its document. */
export interface ModelVersionRow {
  id: string
  model: string
  name: string
  createdAt: string
}
