/** What the home page and the command `status` show. Reads a few rows of the database however many it has. */
import type { RunRow, StudioReader } from '../../db/index.ts'
import { sampleName, type DatasetSummary } from '../contract/datasets.ts'
import {
  OVERVIEW_CURVE_POINTS,
  OVERVIEW_RESUMABLE,
  OVERVIEW_RUNS,
  type NextStep,
  type Overview,
} from '../contract/overview.ts'
import { isActive, type RunSummary } from '../contract/runs.ts'
import { summaryOf } from './summaries.ts'

/** The number of runs among which two are looked for that can be compared. */
const COMPARED_AMONG = 50
/** The number of datasets without a run that are named. */
const MAX_UNUSED = 2
const MAX_NEXT_STEPS = 4

/** `datasets` are those of the workspace, the newest one first. */
export function overviewOf(database: StudioReader, datasets: readonly DatasetSummary[]): Overview {
  const { runList, points } = database
  const newest = runList.latest(COMPARED_AMONG)
  const active = runList.live()
  const resumable = runList.resumable(OVERVIEW_RESUMABLE)
  const shown = new Set(resumable.runs.map(({ id }) => id))
  const latest = newest
    .filter(({ id, status }) => !isActive(status) && !shown.has(id))
    .slice(0, OVERVIEW_RUNS)
  const curves: Overview['curves'] = {}
  for (const { id } of [...active, ...latest, ...resumable.runs])
    curves[id] ??= points.spread(id, 'train/loss', OVERVIEW_CURVE_POINTS)
  return {
    active: active.map(withoutNotes),
    latest: latest.map(withoutNotes),
    resumable: resumable.runs.map(withoutNotes),
    resumableCount: resumable.count,
    curves,
    nextSteps: nextSteps(database, datasets, newest).slice(0, MAX_NEXT_STEPS),
  }
}

/** Nobody reads notes here, and long ones would be a message of megabytes. */
const withoutNotes = (row: RunRow): RunSummary => ({ ...summaryOf(row), notes: '' })

function nextSteps(
  { runList, models, benchmarks }: StudioReader,
  datasets: readonly DatasetSummary[],
  newest: readonly RunRow[],
): NextStep[] {
  const usable = datasets.filter(({ problem }) => problem === null).map(({ id }) => id)
  const unused = runList.untrained(usable).slice(0, MAX_UNUSED)
  const ofSamples = usable.every((id) => sampleName.safeParse(id).success)
  return [
    ...unused.map((dataset) => ({ kind: 'train', dataset }) as const),
    ...comparable(newest),
    ...(newest.length === 1 && usable.includes(newest[0]!.datasetId)
      ? [{ kind: 'again', dataset: newest[0]!.datasetId, run: newest[0]!.id } as const]
      : []),
    ...(ofSamples ? [{ kind: 'import' } as const] : []),
    ...(benchmarks.count() === 0 ? [{ kind: 'benchmark' } as const] : []),
    ...(models.count() === 0 ? [{ kind: 'design' } as const] : []),
  ]
}

/** The dataset of which two runs were completed last, or nothing. */
function comparable(newest: readonly RunRow[]): NextStep[] {
  const later = new Map<string, string>()
  for (const { id, datasetId, datasetName, status } of newest) {
    if (status !== 'completed') continue
    const other = later.get(datasetId)
    if (other !== undefined) return [{ kind: 'compare', dataset: datasetName, runs: [id, other] }]
    later.set(datasetId, id)
  }
  return []
}
