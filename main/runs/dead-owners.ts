import { type StudioDatabase } from '../../db/index.ts'
import { isOwnerAlive } from '../platform/process-identity.ts'

/**
 * Marks runs as interrupted whose owner died, and returns whether there were any. A database that cannot be written, or
 * is busy or full for a moment, is left unchanged, so that a list can be shown; the next call tries again.
 */
export function interruptRunsOfDeadOwners(database: StudioDatabase): boolean {
  if (database.readOnly) return false
  try {
    return database.runs.reconcileDeadOwners(isOwnerAlive).length > 0
  } catch {
    return false
  }
}
