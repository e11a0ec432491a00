import { type StudioDatabase } from '../../db/index.ts'
import { isOwnerAlive } from '../platform/process-identity.ts'

/**
 * Makes runs interrupted whose owner died without a word; whether there were any. A database that cannot be written, or is
 * busy or full for a moment, changes nothing: whoever asks next may have better luck, and a list can be shown meanwhile.
 */
export function interruptRunsOfDeadOwners(database: StudioDatabase): boolean {
  if (database.readOnly) return false
  try {
    return database.runs.reconcileDeadOwners(isOwnerAlive).length > 0
  } catch {
    return false
  }
}
