import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import type { StudioDatabase } from '../../db/index.ts'
import { APP_VERSION } from '../app-version.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import { namesToHide, serviceSections } from './problem-report.ts'
import { runDoctor } from './doctor.ts'
import { freeBytes } from '../platform/disk-space.ts'
import { overviewOf } from '../runs/overview.ts'
import type { HandlersOf } from './handlers.ts'
import { dismissUnfinished, unfinishedWork } from './unfinished-work.ts'
import type { WorkInProgress } from './work-in-progress.ts'

export interface WorkspaceSources {
  workspace: string
  database: StudioDatabase
  datasets: DatasetService
  work: WorkInProgress
}

export function workspaceHandlers({
  workspace,
  database,
  datasets,
  work,
}: WorkspaceSources): HandlersOf<'workspace'> & HandlersOf<'doctor'> {
  return {
    'workspace.info': async () => {
      const fresh = database.runList.count() === 0 && (await datasets.list()).length === 0
      return {
        path: workspace,
        appVersion: APP_VERSION,
        cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
        cores: availableParallelism(),
        memoryBytes: totalmem(),
        freeMemoryBytes: freemem(),
        freeDiskBytes: freeBytes(workspace) ?? 0,
        fresh,
        readOnly: database.readOnly?.message ?? null,
      }
    },
    'workspace.overview': async () => overviewOf(database, await datasets.list()),
    'workspace.activity': () => ({ tasks: work.tasks() }),
    'workspace.stopWork': () => {
      work.stop()
      return {}
    },
    'workspace.unfinished': () => unfinishedWork(database),
    'workspace.dismissUnfinished': () => {
      dismissUnfinished(database)
      return {}
    },
    'workspace.problems': () => ({ problems: database.problems() }),
    'doctor.report': async () => {
      const sources = { workspace, database, datasets }
      const [sections, names] = await Promise.all([serviceSections(sources), namesToHide(sources)])
      return { sections, names, workspace }
    },
    'doctor.run': async () => ({ checks: await runDoctor(workspace) }),
  }
}
