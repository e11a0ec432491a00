import { rehearsalOptionsOf, rehearseCluster } from '../benchmark/rehearsal/rehearsal.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { tablePlanFile } from '../contract/table-plan.ts'
import { readInputFile, readJsonFile } from '../datasets/read-input-file.ts'
import { checkCluster } from '../distributed/check-cluster.ts'
import { chooseMpi, findMpi } from '../distributed/mpi.ts'
import { parseHosts } from '../distributed/planner/hosts.ts'
import { writeFileSafely } from '../platform/write-file.ts'
import type { HandlersOf } from './handlers.ts'
import { plannedJob, type PlanSources } from './planned-job.ts'

export function clusterHandlers(sources: PlanSources & { workspace: string }): HandlersOf<'cluster'> {
  return {
    'cluster.mpi': async () => {
      const installed = await findMpi()
      try {
        return { title: chooseMpi(installed).title, problem: null }
      } catch (error) {
        if (!(error instanceof StudioError)) throw error
        return { title: null, problem: toErrorData(error) }
      }
    },
    'cluster.readHosts': async ({ file }, files) => {
      const path = files.path(file)
      return { hosts: parseHosts(await readInputFile(path), path) }
    },
    'cluster.plan': (request) => plannedJob(sources, request),
    'cluster.check': (question, _files, hosts) => {
      hosts.require(question.hosts)
      return checkCluster({ ...question, workspace: sources.workspace })
    },
    'cluster.readPlan': ({ file }, files) => readJsonFile(files.path(file), tablePlanFile),
    'cluster.exportPlan': ({ plan, out }, files) =>
      writeFileSafely(files.path(out), (sink) => sink.text(`${JSON.stringify(plan, null, 2)}\n`)),
    'cluster.rehearsalOptions': () => rehearsalOptionsOf(sources.database),
    'cluster.rehearse': (request) =>
      rehearseCluster(
        {
          database: sources.database,
          manifestOf: (dataset) => sources.datasets.show(dataset),
          modelOf: (id) => sources.database.models.get(id).document,
        },
        request,
      ),
  }
}
