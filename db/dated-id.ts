import { randomInt } from 'node:crypto'
import type { Connection } from './connection.ts'

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

/** An id that the table does not have yet: <prefix>-<date>-<four letters>, so that ids sort by day. */
export function freeId(
  connection: Connection,
  { table, prefix, createdAt }: { table: 'runs' | 'benchmarks'; prefix: string; createdAt: string },
): string {
  const day = createdAt.slice(0, 10).replaceAll('-', '')
  for (;;) {
    const letters = Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
    const id = `${prefix}-${day}-${letters}`
    if (!connection.get(`SELECT 1 FROM ${table} WHERE id = :id`, { id })) return id
  }
}
