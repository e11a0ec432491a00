/** Whether hosts can take part in a job, each and together, for the window and the command line. */
import type { ClusterCheck, HostCheck } from '../contract/hosts.ts'
import { toErrorData } from '../contract/errors.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { slotsOf, type RankHost, type TrainingConfig } from '../contract/training.ts'
import { readManifest, requireDataset } from '../datasets/catalogue.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { datasetFolders } from '../datasets/workspace-folders.ts'
import type { ModelDocument } from '../model/document.ts'
import { compilePlan } from '../model/plan.ts'
import { bundleFile } from '../training/worker-process.ts'
import { checkHosts } from './check-hosts.ts'
import { chooseMpi, findMpi } from './mpi.ts'
import { planInThread } from './planner-in-thread.ts'
import { completeHost } from './planner/hosts.ts'

export interface ClusterQuestion {
  workspace: string
  hosts: readonly RankHost[]
  /** Its name in the workspace; null to ask for none. */
  dataset: string | null
  /** What is to be trained on it; null to leave out whether memory suffices. */
  training: { model: ModelDocument; config: TrainingConfig } | null
}

/** Throws NotFound if no MPI is usable here, or what reading the dataset here does. */
export async function checkCluster({
  workspace,
  hosts,
  dataset,
  training,
}: ClusterQuestion): Promise<ClusterCheck> {
  const mpi = chooseMpi(await findMpi())
  const folders = datasetFolders(workspace)
  const manifest = dataset === null ? null : await readManifest(folders, dataset)
  const checks = await checkHosts(hosts, {
    workspace,
    dataset:
      dataset === null || manifest === null
        ? null
        : { folder: requireDataset(folders, dataset), hash: manifest.hash },
    program: [process.execPath, bundleFile('rank'), mpi.library],
  })
  if (!manifest || !training || checks.some(({ problem }) => problem !== null))
    return { hosts: checks, problem: null }
  return withNeeds(checks, hosts, manifest, training)
}

/** Compares the memory of hosts with what their ranks need when tables are placed as a job would place them. */
async function withNeeds(
  checks: HostCheck[],
  hosts: readonly RankHost[],
  manifest: DatasetManifest,
  { model, config }: NonNullable<ClusterQuestion['training']>,
): Promise<ClusterCheck> {
  try {
    const columns = columnsOf(manifest)
    const { perRank } = await planInThread({
      plan: compilePlan(model, columns),
      columns,
      trainRows: manifest.splits.train.rows,
      config,
      ranks: config.ranks ?? slotsOf(hosts),
      hosts: hosts.map((host, index) => ({
        ...completeHost(host),
        memoryBytes: checks[index]?.memoryBytes ?? null,
      })),
      pins: config.placement ?? [],
      unitTimes: null,
    })
    const needed = (name: string) =>
      perRank.filter(({ host }) => host === name).reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
    return { hosts: checks.map((check) => ({ ...check, neededBytes: needed(check.name) })), problem: null }
  } catch (error) {
    return { hosts: checks, problem: toErrorData(error).message }
  }
}
