/**
 * The work of the engine, for the question before the window closes; and the work that closing or a crash has cut short,
 * for the notice at the next start.
 */
import type { StudioDatabase } from '../../db/index.ts'
import { z } from 'zod'
import type { BenchmarkService } from '../benchmark/benchmark-service.ts'
import type { CalibrationService } from '../benchmark/calibration/calibration-service.ts'
import type { UnfinishedWork } from '../contract/workspace.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import type { BackendService } from '../training/backends/backend-service.ts'
import type { RunService } from '../runs/run-service.ts'

export interface WorkSources {
  database: StudioDatabase
  datasets: Pick<DatasetService, 'jobs'>
  runs: Pick<RunService, 'liveRuns'>
  benchmarks: Pick<BenchmarkService, 'current'>
  calibrations: Pick<CalibrationService, 'current'>
  backends: Pick<BackendService, 'installing'>
}

/**
 * Keys of the workspace's preferences: the work that the last window cut short when it was closed, and the time at which
 * the user dismissed the notice.
 */
const CLOSED_KEY = 'work cut short by closing'
const SEEN_KEY = 'interrupted runs seen until'
/** The maximum number of runs that are offered one by one. */
const MAX_OFFERED_RUNS = 50

const cutShort = z.object({ runs: z.array(z.string()), others: z.array(z.string()) })

/** The running tasks, each worded as the end of a sentence. It is empty if closing loses nothing. */
export function workInProgress({ runs, ...others }: WorkSources): string[] {
  // A paused run has saved a checkpoint.
  const training = runs.liveRuns().filter(({ status }) => status !== 'paused')
  return [...training.map(({ name }) => `training of “${name}”`), ...otherWork(others)]
}

function otherWork({
  datasets,
  benchmarks,
  calibrations,
  backends,
}: Omit<WorkSources, 'runs' | 'database'>): string[] {
  const jobs = datasets.jobs().filter(({ progress }) => progress.state === 'running')
  return [
    ...jobs.map(({ progress }) => `import of “${progress.name}”`),
    ...(benchmarks.current?.state === 'running' ? ['benchmark'] : []),
    ...(calibrations.current?.state === 'running' ? ['measurement of this machine'] : []),
    ...(backends.installing ? ['installation of TensorFlow'] : []),
  ]
}

/** Records the running tasks for the next start. The runs among them are about to be stopped. */
export function recordCutShort(sources: WorkSources): void {
  const { database, runs, ...others } = sources
  const noted = { runs: runs.liveRuns().map(({ id }) => id), others: otherWork(others) }
  if (noted.runs.length === 0 && noted.others.length === 0) return
  try {
    database.preferences.set(CLOSED_KEY, noted)
  } catch {
    // A database that cannot be written must not prevent the runs from being saved.
  }
}

/** The work that was cut short and not dismissed yet. Runs that were resumed or deleted since are left out. */
export function unfinishedWork(database: StudioDatabase): UnfinishedWork {
  const noted = cutShort.safeParse(database.preferences.get(CLOSED_KEY)).data ?? { runs: [], others: [] }
  const seen = z.string().safeParse(database.preferences.get(SEEN_KEY)).data ?? ''
  const closed = database.runList.byId(noted.runs).filter(({ status }) => status === 'stopped')
  const crashed = database.runList.interruptedAfter(seen, MAX_OFFERED_RUNS)
  const runs = [
    ...closed.map(({ id, name }) => ({ id, name, how: 'closed' as const })),
    ...crashed.map(({ id, name }) => ({ id, name, how: 'interrupted' as const })),
  ]
  return { runs: runs.slice(0, MAX_OFFERED_RUNS), others: noted.others }
}

export function dismissUnfinished(database: StudioDatabase): void {
  database.transaction(() => {
    database.preferences.set(CLOSED_KEY, undefined)
    database.preferences.set(SEEN_KEY, new Date().toISOString())
  })
}
