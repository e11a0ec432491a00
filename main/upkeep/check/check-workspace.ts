/** Finds what is damaged in a workspace and what to do about it: the database, every dataset, every checkpoint. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StudioDatabase } from '../../../db/index.ts'
import type { DoctorCheck } from '../../contract/workspace.ts'
import { throwIfCancelled, type Work } from '../work.ts'
import type { Examined } from './damage.ts'
import { examineCheckpoints } from './examine-checkpoints.ts'
import { examineDatabase } from './examine-database.ts'
import { examineDatasets } from './examine-datasets.ts'

/**
 * Reads everything once; changes nothing. Empty where there is no workspace yet. `database` is the workspace's if this process
 * has opened it already. Throws Cancelled.
 */
export async function checkWorkspace(
  workspace: string,
  work: Work,
  database?: StudioDatabase,
): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = []
  for await (const { name, ok, found, remedy } of examineWorkspace(workspace, work, database))
    checks.push({ name, ok, found, remedy })
  return checks
}

/** Like checkWorkspace, one after the other and with what a repair would move. */
export async function* examineWorkspace(
  workspace: string,
  { signal, report }: Work,
  database?: StudioDatabase,
): AsyncGenerator<Examined> {
  if (!existsSync(workspace)) return
  const total =
    1 +
    (await countIn(workspace, 'datasets')) +
    (await countIn(workspace, 'trash/datasets')) +
    (await countIn(workspace, 'checkpoints'))
  let done = 0
  report(0, 'Checking the database')
  const { check, runs } = examineDatabase(workspace, database)
  if (check) yield check
  for (const examined of [examineDatasets(workspace), examineCheckpoints(workspace, runs)])
    for await (const each of examined) {
      throwIfCancelled(signal, 'The check has changed nothing.')
      report(Math.min(1, ++done / total), `Checked ${each.name}`)
      yield each
    }
}

const countIn = async (workspace: string, folder: string): Promise<number> =>
  (await readdir(join(workspace, ...folder.split('/'))).catch(() => [])).length
