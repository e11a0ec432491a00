/** What the engine is doing, what a closed window cut short, and what crashed: for the shell's question and the notice. */
import type { StudioDatabase } from '../../db/index.ts'
import { z } from 'zod'
import type { BenchmarkService } from '../benchmark/benchmark-service.ts'
import type { CalibrationService } from '../benchmark/calibration/calibration-service.ts'
import type { UnfinishedWork } from '../contract/requests.ts'
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

/** In the workspace's preferences: what the last window cut short when it was closed, and when it was seen. */
const CLOSED_KEY = 'work cut short by closing'
const SEEN_KEY = 'interrupted runs seen until'
/** More runs than this are not offered one by one. */
const MAX_OFFERED_RUNS = 50

const cutShort = z.object({ runs: z.array(z.string()), others: z.array(z.string()) })

/** Each thing that goes on, as the end of a sentence; empty where closing loses nothing. */
export function workInProgress({ runs, ...others }: WorkSources): string[] {
  // A paused run is saved already.
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

/** Keeps what goes on now for the next start; the runs among it are about to be stopped. */
export function noteCutShort(sources: WorkSources): void {
  const { database, runs, ...others } = sources
  const noted = { runs: runs.liveRuns().map(({ id }) => id), others: otherWork(others) }
  if (noted.runs.length === 0 && noted.others.length === 0) return
  try {
    database.preferences.set(CLOSED_KEY, noted)
  } catch {
    // A database that cannot be written now must not keep the runs from being saved.
  }
}

/** What has been cut short and not been seen yet; runs that were resumed or deleted since are left out. */
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
