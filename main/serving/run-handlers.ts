import type { StudioDatabase } from '../../db/index.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import { compareRuns } from '../runs/compare.ts'
import { editRun } from '../runs/edit-run.ts'
import { exportRun } from '../runs/export.ts'
import { quantiseRun } from '../runs/quantise-run.ts'
import { listRuns, showStoredRun, summaryOf } from '../runs/summaries.ts'
import type { RunService } from '../runs/run-service.ts'
import type { HandlersOf } from './handlers.ts'
import { ranksOfRun } from './planned-job.ts'
import type { RunChanges } from './run-changes.ts'
import type { RunEvents } from './run-events.ts'

export interface RunSources {
  workspace: string
  database: StudioDatabase
  datasets: DatasetService
  runs: RunService
  changes: RunChanges
  events: RunEvents
}

export function runHandlers({
  workspace,
  database,
  datasets,
  runs,
  changes,
  events,
}: RunSources): HandlersOf<'runs'> {
  const { runList } = database
  const openDataset = (id: string) => datasets.openIntact(id)
  const then = (control: (id: string) => Promise<void>) => {
    return async ({ id }: { id: string }) => {
      await control(id)
      return {}
    }
  }
  return {
    'runs.start': (request, _files, hosts) => {
      hosts.require(request.config.hosts)
      return runs.start(request)
    },
    'runs.list': (page) => listRuns(database, page),
    'runs.ids': ({ among, ...page }) => ({ ids: runList.ids(page, among) }),
    'runs.live': () => ({ total: runList.count(), runs: runList.live().map(summaryOf) }),
    'runs.byId': ({ ids }) => ({ runs: runList.byId(ids).map(summaryOf) }),
    'runs.find': ({ text, limit }) => ({
      found: runList.find(text, limit).map(({ run, score }) => ({ run: summaryOf(run), score })),
    }),
    'runs.show': ({ id }) => showStoredRun({ database, workspace }, id),
    'runs.follow': ({ ids }) => {
      events.follow(ids)
      return {}
    },
    'runs.pause': then((id) => runs.pause(id)),
    'runs.resume': async ({ id, ...changes }, _files, hosts) => {
      // A run may be from somebody else's workspace, so the hosts that it has stored are asked about, too.
      const { config } = database.runs.get(id)
      hosts.require(changes.hosts === undefined ? config.hosts : changes.hosts)
      await runs.resume(id, changes)
      return {}
    },
    'runs.stop': then((id) => runs.stop(id)),
    'runs.delete': async ({ id, forGood }) => ({ trashed: await runs.remove(id, { forGood }) }),
    'runs.edit': (edit) => {
      editRun(database, edit)
      changes.poll()
      return {}
    },
    'runs.metrics': ({ id, after, limit }) => {
      const points = database.points.after(id, after, limit + 1)
      return { points: points.slice(0, limit), more: points.length > limit }
    },
    'runs.log': ({ id, after, limit }) => {
      const lines = database.log.after(id, after, limit + 1)
      return { lines: lines.slice(0, limit), more: lines.length > limit }
    },
    'runs.profile': ({ id }) => ({ profile: database.profiles.get(id) }),
    'runs.ranks': ({ id }) => ranksOfRun({ database, datasets }, database.runs.get(id)),
    'runs.compare': ({ ids }) => compareRuns({ workspace, database, openDataset }, ids),
    'runs.quantise': ({ id, quantisation }) =>
      quantiseRun({ workspace, database, datasets }, { run: id, checkpoint: 'best', quantisation }),
    'runs.export': ({ out, ...request }, files) =>
      exportRun({ workspace, database }, { ...request, out: files.path(out) }),
  }
}
