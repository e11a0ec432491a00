/** Plans of jobs for the window: of a run to start, and of one that ranks have trained. */
import { hostname, totalmem } from 'node:os'
import type { z } from 'zod'
import type { RunRecord, StudioReader } from '../../db/index.ts'
import { listCalibrations } from '../benchmark/calibration/stored-calibrations.ts'
import type { JobTimes, PlanAnswer } from '../contract/cluster.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import type { requests, ResponseOf } from '../contract/requests.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { planInThread } from '../distributed/planner-in-thread.ts'
import { completeHost, type Host } from '../distributed/planner/hosts.ts'
import { compilePlan } from '../model/plan.ts'

export interface PlanSources {
  database: StudioReader
  datasets: DatasetService
}

type PlanRequest = z.output<(typeof requests)['cluster.plan']['request']>

/** Throws what placeTables does, and NotFound for a dataset that is not there. */
export async function plannedJob(
  sources: PlanSources,
  { dataset, hosts, ...job }: PlanRequest,
): Promise<PlanAnswer> {
  const known = hosts && hosts.map(completeHost)
  return answer(sources.database, await sources.datasets.show(dataset), { ...job, hosts: known })
}

async function answer(
  database: StudioReader,
  manifest: DatasetManifest,
  {
    model,
    config,
    ranks,
    hosts,
    pins,
  }: Omit<PlanRequest, 'dataset' | 'hosts'> & { hosts: readonly Host[] | null },
): Promise<PlanAnswer> {
  const columns = columnsOf(manifest)
  const calibration = listCalibrations(database).find(
    ({ backend, precision }) => backend === 'native' && precision === config.precision,
  )
  const plan = await planInThread({
    plan: compilePlan(model, columns),
    columns,
    trainRows: manifest.splits.train.rows,
    config,
    ranks,
    hosts,
    pins,
    unitTimes: calibration?.unitTimes ?? null,
  })
  const used = new Set(plan.perRank.map(({ host }) => host))
  const known = hosts ?? [{ name: hostname(), memoryBytes: totalmem() }]
  return {
    plan,
    hosts: known.filter(({ name }) => used.has(name)).map(({ name, memoryBytes }) => ({ name, memoryBytes })),
    calibrated: hosts === null && calibration !== undefined,
  }
}

/** What the ranks of a run have measured, and what the planner predicts for the tables where they were. */
export async function ranksOfRun(
  { database, datasets }: PlanSources,
  run: RunRecord,
): Promise<ResponseOf<'runs.ranks'>> {
  const measured = database.rankTimes.get(run.id)
  const shards = run.environment.computation?.job?.placement
  if (!measured || !shards) return { measured: null, predicted: null, problem: null }
  try {
    const manifest = await datasets.show(run.datasetId)
    if (manifest.hash !== run.datasetHash) {
      throw new StudioError('InvalidState', `The dataset ${run.datasetName} has changed since the run.`)
    }
    const { model, config } = run
    const predicted = await answer(database, manifest, {
      model,
      config,
      ranks: measured.ranks.length,
      hosts: hostsOf(measured, config.hosts),
      pins: shards.map((shard) => ({ ...shard, pinned: true })),
    })
    // All were pinned to be predicted where they were, and by nobody else.
    for (const shard of predicted.plan.shards) delete shard.pinned
    return { measured, predicted, problem: null }
  } catch (error) {
    return { measured, predicted: null, problem: toErrorData(error) }
  }
}

/** null if all ranks were on this machine. Of other hosts, what was given when the run was started. */
function hostsOf({ ranks }: JobTimes, given: RunRecord['config']['hosts']): Host[] | null {
  if (ranks.every(({ host }) => host === hostname())) return null
  return [...Map.groupBy(ranks, ({ host }) => host)].map(([name, own]) =>
    completeHost({ ...given?.find((host) => host.name === name), name, slots: own.length }),
  )
}
