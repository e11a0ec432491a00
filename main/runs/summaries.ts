/** Runs in the form in which the window and the command line list and show them. */
import type { RunRow, StudioReader } from '../../db/index.ts'
import { currentProcess, isSameProcess } from '../platform/process-identity.ts'
import type { ResponseOf } from '../contract/requests.ts'
import { MAX_LISTED_RUNS, newestFirst, type RunPage } from '../contract/run-list.ts'
import type { RunDetail, RunSummary } from '../contract/runs.ts'
import { storedCheckpoints, type CheckpointSources } from './stored-checkpoints.ts'

/** One page of the list of runs, with its totals. Throws InvalidArgument for a query that cannot be read. */
export function listRuns(database: StudioReader, page: RunPage): ResponseOf<'runs.list'> {
  const { total, matching, runs } = database.runList.search(page)
  return { total, matching, runs: withinNotes(runs).map(summaryOf) }
}

/** The maximum characters of a page's notes, because 200 long ones would be a message of 20 MB. */
const MAX_NOTES_LENGTH = 1_000_000

/** A page is shorter than requested if the runs' notes are long. It has at least one run. */
function withinNotes(runs: readonly RunRow[]): readonly RunRow[] {
  let characters = 0
  const end = runs.findIndex(
    ({ notes }, index) => (characters += notes.length) > MAX_NOTES_LENGTH && index > 0,
  )
  return end < 0 ? runs : runs.slice(0, end)
}

/** The runs that match a query, newest first, or the first `most` of them. Throws InvalidArgument. */
export function* allRuns(database: StudioReader, query = '', most = Infinity): Generator<RunSummary> {
  for (let offset = 0; offset < most;) {
    const { matching, runs } = listRuns(database, {
      query,
      sort: newestFirst,
      offset,
      limit: Math.min(MAX_LISTED_RUNS, most - offset),
    })
    yield* runs
    offset += runs.length
    if (runs.length === 0 || offset >= matching) return
  }
}

/** Throws NotFound. */
export function summarizeRun(database: StudioReader, id: string): RunSummary {
  return summaryOf(database.runs.row(id))
}

/** With the checkpoints on the disk, whether the database has them or not. Throws NotFound. */
export async function showStoredRun(sources: CheckpointSources, id: string): Promise<RunDetail> {
  return { ...showRun(sources.database, id), checkpoints: await storedCheckpoints(sources, id) }
}

/** The run as it is in the database. Throws NotFound. */
export function showRun(database: StudioReader, id: string): RunDetail {
  const run = database.runs.get(id)
  return {
    ...summaryOf(run),
    modelId: run.modelId,
    datasetId: run.datasetId,
    datasetHash: run.datasetHash,
    model: run.model,
    config: run.config,
    environment: run.environment,
    epochs: database.epochs.list(id),
    checkpoints: database.checkpoints.list(id),
  }
}

/** A run in the form in which lists show it. */
export function summaryOf(row: RunRow): RunSummary {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    modelName: row.modelName,
    datasetName: row.datasetName,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
    durationMs: row.durationMs,
    parameters: row.parameters,
    steps: row.steps,
    samplesPerSecond: row.samplesPerSecond,
    bestMetric: row.bestMetric,
    best: row.best,
    last: row.last,
    testAuc: row.testAuc,
    testAucUndefined: row.testAucUndefined,
    progress: row.progress,
    tags: row.tags,
    notes: row.notes,
    error: row.error,
    ownedHere: row.owner !== null && isSameProcess(row.owner, currentProcess()),
  }
}
