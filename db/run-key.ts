import { StudioError } from '../main/contract/errors.ts'
import type { Connection } from './connection.ts'

/** The integer to which a run's rows refer. Throws NotFound for an unknown id. */
export function runKey(connection: Connection, id: string): number {
  const row = connection.get<{ key: number }>('SELECT key FROM runs WHERE id = :id', { id })
  if (!row) throw new StudioError('NotFound', `There is no run ${id}. List the runs to see their ids.`)
  return row.key
}
