/** The parts of a problem report that the services know: versions, checks, settings, counts and errors. No data. */
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import type { StudioReader } from '../../db/index.ts'
import { APP_VERSION } from '../app-version.ts'
import { newestFirst } from '../contract/run-list.ts'
import type { ReportSection } from '../contract/problem-report.ts'
import { formatBytes } from '../contract/quantities.ts'
import { toErrorData } from '../contract/errors.ts'
import { readManifest } from '../datasets/catalogue.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import { datasetFolders } from '../datasets/workspace-folders.ts'
import { freeBytes } from '../platform/disk-space.ts'
import { runDoctor } from './doctor.ts'

const MAX_ERRORS = 20
/** Names that are hidden. More of them would take long to look for, and what quotes a name is hidden anyway. */
const MAX_RUNS = 500
const MAX_DATASETS = 100
const MAX_NAMES = 5000

export interface ReportSources {
  workspace: string
  /** null if it cannot be opened, and why. */
  database: StudioReader | null
  databaseProblem?: unknown
  datasets: Pick<DatasetService, 'list'>
}

export async function serviceSections(sources: ReportSources): Promise<ReportSection[]> {
  return [
    { title: 'Versions', text: versions(sources.workspace) },
    { title: 'Checks', text: await checks(sources.workspace) },
    { title: 'Settings', text: settingsFromOutside(process.env) },
    { title: 'Workspace', text: await guarded(() => contents(sources)) },
    { title: 'Last errors', text: await guarded(() => lastErrors(sources)) },
  ]
}

/** Names that a report must not contain: of runs, models, datasets and columns. */
export async function namesToHide({ workspace, database, datasets }: ReportSources): Promise<string[]> {
  const names = new Set<string>()
  for (const run of database?.runList.newest(MAX_RUNS) ?? []) {
    for (const name of [run.name, run.modelName, run.datasetName, run.datasetId]) names.add(name)
  }
  for (const { id, name } of (await datasets.list().catch(() => [])).slice(0, MAX_DATASETS)) {
    names.add(id).add(name)
    const manifest = await readManifest(datasetFolders(workspace), id).catch(() => null)
    for (const column of manifest?.columns ?? []) names.add(column.name)
  }
  // A longer name may contain a shorter one.
  return [...names].sort((a, b) => b.length - a.length).slice(0, MAX_NAMES)
}

function versions(workspace: string): string {
  return [
    `DLRM Studio ${APP_VERSION}`,
    `Node ${process.versions.node} on ${process.platform} ${process.arch} ${release()}`,
    `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${formatBytes(totalmem())} of memory`,
    `${formatBytes(freeBytes(workspace) ?? 0)} free on the disk of the workspace`,
  ].join('\n')
}

async function checks(workspace: string): Promise<string> {
  const found = await runDoctor(workspace)
  return found
    .map(
      ({ name, ok, found: what, remedy }) =>
        `${ok ? 'ok  ' : 'FAIL'} ${name}: ${what}${remedy ? ` (${remedy})` : ''}`,
    )
    .join('\n')
}

/** What was set from outside. Values other than small numbers may be paths, addresses or secrets, and are left out. */
export function settingsFromOutside(env: NodeJS.ProcessEnv): string {
  const own = Object.entries(env).filter(([name]) => name.startsWith('DLRM_') || name === 'OMP_NUM_THREADS')
  const lines = own.map(([name, value = '']) =>
    /^\d{1,4}$/.test(value) ? `${name}=${value}` : `${name} ${value === '' ? 'is empty' : 'is set'}`,
  )
  return lines.join('\n') || 'none set in the environment'
}

async function contents({ database, databaseProblem, datasets }: ReportSources): Promise<string> {
  if (!database) return `The database cannot be opened: ${toErrorData(databaseProblem).message}`
  const problems = database.problems()
  return [
    `${database.runList.count()} runs, ${database.models.count()} models, ${(await datasets.list()).length} datasets`,
    ...problems.map((problem) => `Left out: ${problem}`),
  ].join('\n')
}

function lastErrors({ database }: ReportSources): string {
  if (!database) return 'unknown'
  const query = 'status:failed,interrupted'
  const { runs } = database.runList.search({ query, sort: newestFirst, offset: 0, limit: MAX_ERRORS })
  const lines = runs.map(
    ({ finishedAt, status, error }) =>
      `${finishedAt ?? ''} ${status}: ${error ? `${error.code}: ${error.message}` : 'no message'}`,
  )
  return lines.join('\n') || 'none'
}

/** A report about a damaged workspace must not fail because of the damage. */
async function guarded(work: () => string | Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (error) {
    return `cannot be read: ${toErrorData(error).message}`
  }
}
