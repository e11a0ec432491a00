/** Repairs a workspace: keeps what can be kept, and moves the rest into a quarantine. Deletes nothing. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StudioDatabase } from '../../../db/index.ts'
import { StudioError } from '../../contract/errors.ts'
import type { RepairOutcome } from '../../contract/upkeep.ts'
import { DatasetService } from '../../datasets/dataset-service.ts'
import { isOwnerAlive } from '../../platform/process-identity.ts'
import { checkpointsAt, stepsOnDisk } from '../../training/checkpoints.ts'
import { examineWorkspace } from '../check/check-workspace.ts'
import type { Damage } from '../check/damage.ts'
import { appendAll } from '../../model/extremes.ts'
import { throwIfCancelled, type Work } from '../work.ts'
import { listRunAgain } from './list-run-again.ts'
import { Quarantine } from './quarantine.ts'
import { openRepaired } from './repair-database.ts'

/** The part of the time that examining everything takes. */
const EXAMINING = 0.8

export interface RepairRequest {
  workspace: string
  /** The workspace's database if this process has opened it, which it could only if it is not damaged as a whole. */
  database?: StudioDatabase
}

/**
 * Throws InvalidState while a run is being trained, ReadOnly, DiskFull, NotFound where there is no workspace, or Cancelled.
 * What was moved before is in the quarantine then, with its list, and the repair can be repeated.
 */
export async function repairWorkspace(
  { workspace, database: open }: RepairRequest,
  work: Work,
): Promise<RepairOutcome> {
  if (!existsSync(workspace))
    throw new StudioError('NotFound', `There is no workspace ${workspace} to repair.`, { file: workspace })
  const quarantine = new Quarantine(workspace)
  const kept: string[] = []
  const database = open ?? (await openRepaired(workspace, quarantine, kept))
  const datasets = new DatasetService({ workspace })
  try {
    if (database.readOnly) throw database.readOnly
    requireIdle(database)
    const { kept: keptRuns } = database.takeOutDamaged(quarantine.storeRows)
    appendAll(
      kept,
      keptRuns.map((run) => `The run ${run} was kept, with a note that its row was damaged.`),
    )
    const damage: Damage[] = []
    const examining: Work = {
      signal: work.signal,
      report: (fraction, message) => work.report(fraction * EXAMINING, message),
    }
    const remaining: string[] = []
    for await (const { name, ok, found, damage: ofThis } of examineWorkspace(
      workspace,
      examining,
      database,
    )) {
      appendAll(damage, ofThis)
      if (!ok && ofThis.length === 0 && name !== 'Database' && !/has no row of this run/.test(found))
        remaining.push(`${name}: ${found}`)
    }
    throwIfCancelled(work.signal, 'Nothing more was moved.')
    work.report(EXAMINING, 'Moving what is damaged')
    await quarantine.move(damage)
    for (const run of runsOf(damage)) await forgetMoved(workspace, database, run)
    for (const run of await lostRuns(workspace, database)) {
      const why = await listRunAgain({ workspace, database, datasets }, run)
      if (why === null) kept.push(`The run ${run} was listed again from its last checkpoint.`)
      else remaining.push(why)
    }
    await quarantine.finish()
    return { kept, moved: quarantine.moved, quarantine: quarantine.folder, remaining }
  } finally {
    await datasets.close()
    if (database !== open) database.close()
  }
}

function requireIdle({ runList }: StudioDatabase): void {
  const live = runList.live().filter(({ owner, heartbeatAt }) => owner && isOwnerAlive(owner, heartbeatAt))
  if (live.length === 0) return
  const names = live.map(({ id }) => id).join(', ')
  throw new StudioError(
    'InvalidState',
    `A workspace is repaired while nothing is trained in it: stop ${names} first.`,
  )
}

/** The runs among whose checkpoints something was moved. */
function runsOf(damage: readonly Damage[]): Set<string> {
  const runs = damage.flatMap(({ paths }) => paths.map((path) => /^checkpoints\/([^/]+)\/./.exec(path)?.[1]))
  return new Set(runs.filter((run) => run !== undefined))
}

/** Makes the rows of a run's checkpoints those of the checkpoints that are left. */
async function forgetMoved(workspace: string, database: StudioDatabase, run: string): Promise<void> {
  if (!database.runs.ids().includes(run)) return
  const steps = (await stepsOnDisk(workspace, run)) ?? []
  database.checkpoints.replaceAll(run, await checkpointsAt(workspace, run, steps))
}

/** The runs that have checkpoints and no row. */
async function lostRuns(workspace: string, database: StudioDatabase): Promise<string[]> {
  const ids = new Set(database.runs.ids())
  const folders = await readdir(join(workspace, 'checkpoints')).catch(() => [])
  return folders.filter((run) => !ids.has(run)).toSorted()
}
