/** Makes a database that can be opened, and has only rows that can be used, of one that is damaged. */
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { openStudioDatabase, rebuildDatabase, type StudioDatabase } from '../../../db/index.ts'
import { toErrorData } from '../../contract/errors.ts'
import { newClaimName } from '../../platform/claim-name.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import { syncFolder } from '../../platform/durable-file.ts'
import { fileError } from '../../platform/file-errors.ts'
import { databaseFile } from '../../platform/workspace.ts'
import type { Quarantine } from './quarantine.ts'

const LOG_ENDINGS = ['-wal', '-journal'] as const

/** Opens the workspace's database. One that is damaged is made anew of its readable rows first, which `kept` describes. */
export async function openRepaired(
  workspace: string,
  quarantine: Quarantine,
  kept: string[],
): Promise<StudioDatabase> {
  const file = databaseFile(workspace)
  try {
    const database = openStudioDatabase(file)
    // An index may differ from its table, which opening a large database does not find.
    if (database.readOnly || structureIsSound(database)) return database
    database.close()
  } catch (error) {
    if (toErrorData(error).code !== 'Corrupt' || !existsSync(file)) throw error
  }
  kept.push(await rebuild(workspace, file, quarantine))
  return openStudioDatabase(file)
}

const structureIsSound = (database: StudioDatabase): boolean => database.structure().length === 0

/** Returns a sentence about what was kept. The damaged database is in the quarantine before the new one takes its place. */
async function rebuild(workspace: string, file: string, quarantine: Quarantine): Promise<string> {
  requireFreeSpace(workspace, 3 * statSync(file).size)
  const fresh = `${file}.${newClaimName('rebuilt')}`
  try {
    const rows = rebuildDatabase(file, fresh)
    const why = 'it is damaged, and was made anew of the rows that could be read'
    for (const ending of ['', ...LOG_ENDINGS])
      if (existsSync(`${file}${ending}`))
        copyFileSync(`${file}${ending}`, quarantine.place(`studio.db${ending}`))
    await quarantine.note({ path: 'studio.db', why })
    // A log that stayed would be taken for the new database's.
    for (const ending of [...LOG_ENDINGS, '-shm']) rmSync(`${file}${ending}`, { force: true })
    renameSync(fresh, file)
    await syncFolder(dirname(file))
    const count = (table: string) => rows[table] ?? 0
    return `The database was made anew with ${count('runs')} runs, ${count('epochs')} epochs, ${count('metric_points')} points, ${count('models')} models and ${count('benchmarks')} benchmarks.`
  } catch (error) {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${fresh}${ending}`, { force: true })
    throw fileError(error, 'repair', file)
  }
}
