import { existsSync } from 'node:fs'
import { openStudioDatabase, type StudioDatabase } from '../../../db/index.ts'
import { toErrorData } from '../../contract/errors.ts'
import { databaseFile } from '../../platform/workspace.ts'
import { sound, type Examined } from './damage.ts'
import type { KnownRuns } from './examine-checkpoints.ts'

const NAME = 'Database'
const REPAIR = '`workspace repair`, or restore a backup; until then, the damaged rows are left out'

/**
 * SQLite's own check of the database, the checksum of every row, and the runs that it has. null where there is none. `open` is
 * a database that is open already.
 */
export function examineDatabase(
  workspace: string,
  open?: StudioDatabase,
): { check: Examined | null; runs: KnownRuns } {
  const file = databaseFile(workspace)
  // A workspace into which data was only imported has no database.
  if (!existsSync(file)) return { check: null, runs: { ids: new Set(), live: new Set() } }
  let database: StudioDatabase | undefined
  try {
    database = open ?? openStudioDatabase(file)
    const runs = database.runList.count()
    const found = [...database.integrity(), ...database.problems()]
    const known = {
      ids: new Set(database.runs.ids()),
      live: new Set(database.runList.live().map(({ id }) => id)),
    }
    const check =
      found.length === 0
        ? sound(NAME, `intact, ${runs} runs`)
        : { name: NAME, ok: false, found: found.join('; '), remedy: REPAIR, damage: [] }
    return { check, runs: known }
  } catch (error) {
    const { code, message } = toErrorData(error)
    const remedy =
      code === 'Corrupt' ? '`workspace repair`, or restore a backup' : 'Make it readable and try again'
    return {
      check: { name: NAME, ok: false, found: message, remedy, damage: [] },
      runs: { ids: null, live: new Set() },
    }
  } finally {
    if (database !== open) database?.close()
  }
}
