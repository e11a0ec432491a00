/** Converts a row of the runs table to a RunRow or RunRecord. */
import { z } from 'zod'
import { errorData } from '../main/contract/errors.ts'
import {
  MAX_NOTES_LENGTH,
  MAX_TAG_LENGTH,
  MAX_TAGS,
  runEnvironment,
  runProgress,
  runStatus,
  type RunStatus,
} from '../main/contract/runs.ts'
import { evaluationMetric, trainingConfig, type EvaluationMetric } from '../main/contract/training.ts'
import { modelDocument } from '../main/model/document.ts'
import { isPlainObject } from '../main/model/plain-object.ts'
import { isPlainName } from '../main/contract/plain-name.ts'
import { quoted } from '../main/contract/printable.ts'
import { ifIntact, requireIntact, intact, intactColumn } from './row-checksums.ts'
import { storedAs, storedJson, unusable } from './row-problems.ts'
import type { RunRecord, RunRow } from './types.ts'

/** Older versions allowed longer names than the contract does. */
const MAX_STORED_NAME_LENGTH = 1000

// A database from somebody else could contain longer texts than the contract allows.
/** Notes as they are shown, for queries of runs. */
export const SHOWN_NOTES = `substr(notes, 1, ${MAX_NOTES_LENGTH})`
/** A tag as it is shown, for queries of run_tags. */
export const SHOWN_TAG = `substr(${ifIntact('run_tags', 'tag')}, 1, ${MAX_TAG_LENGTH})`

/**
 * For queries of runs: whether test rows were evaluated without an AUC, because their labels are all the same. Every epoch of a run
 * has the same rows.
 */
const TEST_AUC_UNDEFINED = `
  test_auc IS NULL AND EXISTS (
    SELECT 1 FROM epochs WHERE run = runs.key AND epoch = coalesce(best_epoch, 1)
      AND iif(json_valid(result), json_type(result, '$.test') = 'object', 0))`

/** The documents are left out, because those of a thousand runs would have megabytes. */
export const SUMMARY_COLUMNS = `
  key, id, name, status, model_name, model_id, dataset_id, dataset_name, dataset_hash, parameters, best_metric,
  owner_pid, owner_started_at, owner_host, heartbeat_at, created_at, started_at, finished_at, duration_ms,
  steps, samples_per_second,
  best, best_epoch, last, test_auc, ${TEST_AUC_UNDEFINED} AS test_auc_undefined, progress, error, ${SHOWN_NOTES} AS notes,
  (SELECT json_group_array(tag) FROM
     (SELECT ${SHOWN_TAG} AS tag FROM run_tags WHERE run = runs.key ORDER BY 1 LIMIT ${MAX_TAGS})) AS tags,
  ${intactColumn('runs')}`

/** The columns of one run, with its documents. */
export const RECORD_COLUMNS = `${SUMMARY_COLUMNS}, model, config, environment, initial_parameters,
  ${intact('runs.documents')} AS documents_intact`

export interface StoredSummary {
  key: number
  id: string
  name: string
  status: RunStatus
  model_name: string
  model_id: string | null
  dataset_id: string
  dataset_name: string
  dataset_hash: string
  parameters: number
  best_metric: EvaluationMetric
  owner_pid: number | null
  owner_started_at: string | null
  owner_host: string | null
  heartbeat_at: string | null
  created_at: string
  started_at: string | null
  finished_at: string | null
  duration_ms: number
  steps: number
  samples_per_second: number
  best: number | null
  best_epoch: number | null
  last: number | null
  test_auc: number | null
  test_auc_undefined: number
  progress: string | null
  error: string | null
  notes: string
  tags: string
  /** Whether the row is what was written: 1 or 0. */
  intact: number
}

export interface StoredRun extends StoredSummary {
  model: string
  config: string
  environment: string
  initial_parameters: string | null
  documents_intact: number
}

/** Settings that older versions did not have, with the values that describe what they did. */
const MISSING_SETTINGS = { device: 'auto' } as const
const MISSING_ENVIRONMENT = { computation: null }

/** Throws Corrupt for a row that is damaged, or whose id, dataset or saved model has a form that no version writes. */
export function toRunRow(row: StoredSummary, file: string): RunRow {
  const names = { id: row.id, dataset: row.dataset_id, ...(row.model_id !== null && { model: row.model_id }) }
  for (const [what, name] of Object.entries(names)) {
    if (!isPlainName(name))
      throw unusable(`The run ${quoted(row.id)}`, `its ${what} ${quoted(name)} is no plain name`, file)
  }
  requireIntact(row, `The run ${quoted(row.id)}`, file)
  const { status, progress, error } = checkedColumns(row, file)
  return {
    id: row.id,
    name: row.name.slice(0, MAX_STORED_NAME_LENGTH),
    status,
    modelName: row.model_name.slice(0, MAX_STORED_NAME_LENGTH),
    modelId: row.model_id,
    datasetId: row.dataset_id,
    datasetName: row.dataset_name.slice(0, MAX_STORED_NAME_LENGTH),
    datasetHash: row.dataset_hash,
    parameters: row.parameters,
    bestMetric: row.best_metric,
    owner: ownerOf(row),
    heartbeatAt: row.heartbeat_at,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    durationMs: row.duration_ms,
    steps: row.steps,
    samplesPerSecond: row.samples_per_second,
    best: row.best,
    bestEpoch: row.best_epoch,
    last: row.last,
    testAuc: row.test_auc,
    testAucUndefined: row.test_auc_undefined === 1,
    progress,
    error,
    notes: row.notes,
    tags: JSON.parse(row.tags) as string[],
  }
}

export function ownerOf(row: StoredSummary): RunRow['owner'] {
  if (row.owner_pid === null || row.owner_host === null) return null
  return { pid: row.owner_pid, startedAt: row.owner_started_at, host: row.owner_host }
}

const time = z.string().max(40)
const amount = z.number()

/** The columns that lists of runs show. A single row of another shape would make a whole list unusable. */
const storedColumns = z.object({
  status: runStatus,
  progress: runProgress.nullable(),
  error: errorData.nullable(),
  best_metric: evaluationMetric,
  parameters: z.int(),
  steps: z.int(),
  duration_ms: amount,
  samples_per_second: amount,
  best: amount.nullable(),
  best_epoch: z.int().nullable(),
  last: amount.nullable(),
  test_auc: amount.nullable(),
  created_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
  dataset_hash: z.string().max(200),
})

function checkedColumns(row: StoredSummary, file: string): z.output<typeof storedColumns> {
  const what = `The run ${quoted(row.id)}`
  const json = (text: string | null) => (text === null ? null : storedJson(text, what, file))
  return storedAs(storedColumns, { ...row, progress: json(row.progress), error: json(row.error) }, what, file)
}

/** A run's documents. Future releases may add settings. */
const storedDocuments = z.object({
  model: modelDocument,
  config: z.object(trainingConfig.shape),
  environment: runEnvironment,
})

/** Throws Corrupt as toRunRow does. */
export function toRunRecord(row: StoredRun, file: string): RunRecord {
  const what = `The run ${quoted(row.id)}`
  requireIntact({ intact: row.documents_intact }, what, file)
  const json = (text: string, defaults: object): unknown => {
    const value = storedJson(text, what, file)
    return isPlainObject(value) ? { ...defaults, ...value } : value
  }
  const documents = {
    model: json(row.model, {}),
    config: json(row.config, MISSING_SETTINGS),
    environment: json(row.environment, MISSING_ENVIRONMENT),
  }
  return {
    ...toRunRow(row, file),
    ...storedAs(storedDocuments, documents, what, file),
    initialParameters: row.initial_parameters,
  }
}
