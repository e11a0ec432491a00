/** Runs as the window and the command line list and show them. */
import { currentProcess, isSameProcess, type RunRow, type StudioReader } from '../../db/index.ts'
import { parseRunQuery } from '../contract/run-query.ts'
import type { RunDetail, RunSummary } from '../contract/runs.ts'
import { storedCheckpoints, type CheckpointSources } from './stored-checkpoints.ts'

/** Newest first; `query` as parseRunQuery reads it. */
export function listRuns(database: StudioReader, query = ''): RunSummary[] {
  return database.runs.list().filter(parseRunQuery(query)).map(summaryOf)
}

/** Runs that are read at once. */
const CHUNK = 50
/** Of a page's notes, in characters: 500 long ones would be a message of 50 MB. */
const MOST_NOTES = 1_000_000

/** A page of the list, and whether more come behind it. It ends before `limit` where the runs' notes are long. */
export function pageOfRuns(
  database: StudioReader,
  after: string | null,
  limit: number,
): { runs: RunSummary[]; more: boolean } {
  const runs: RunSummary[] = []
  for (let characters = 0, from = after; ;) {
    const rows = database.runs.page(from, Math.min(CHUNK, limit + 1 - runs.length))
    for (const row of rows) {
      characters += row.notes.length
      if (runs.length === limit || (runs.length > 0 && characters > MOST_NOTES)) return { runs, more: true }
      runs.push(summaryOf(row))
    }
    const last = rows.at(-1)
    if (!last) return { runs, more: false }
    from = last.id
  }
}

/** Throws NotFound. */
export function summarizeRun(database: StudioReader, id: string): RunSummary {
  return summaryOf(database.runs.row(id))
}

/** With the checkpoints that lie on the disk, whatever the database has heard of. Throws NotFound. */
export async function showStoredRun(sources: CheckpointSources, id: string): Promise<RunDetail> {
  return { ...showRun(sources.database, id), checkpoints: await storedCheckpoints(sources, id) }
}

/** As the database has it. Throws NotFound. */
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

function summaryOf(row: RunRow): RunSummary {
  const { id, name, status, modelName, datasetName, createdAt, finishedAt, durationMs, parameters } = row
  const { steps, samplesPerSecond, bestMetric, best, last, testAuc, progress, tags, notes, error, owner } =
    row
  return {
    ...{ id, name, status, modelName, datasetName, createdAt, finishedAt, durationMs, parameters },
    ...{ steps, samplesPerSecond, bestMetric, best, last, testAuc, progress, tags, notes, error },
    ownedHere: owner !== null && isSameProcess(owner, currentProcess()),
  }
}
