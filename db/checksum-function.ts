/** The SQL function `row_checksum(values…)`: CRC-32 over values of a row, which db/row-checksums.ts compares. */
import { crc32 } from 'node:zlib'
import type Database from 'better-sqlite3'
import type { Value } from './value.ts'

/** Registers row_checksum for a connection. */
export function registerChecksum(database: Database.Database): void {
  database.function('row_checksum', { deterministic: true, varargs: true }, (...values: Value[]) =>
    rowChecksum(values),
  )
}

/** What row_checksum returns for these values. */
export const rowChecksum = (values: readonly Value[]): number => crc32(values.map(marked).join('|'))

/** Bytes that differ for values that differ, including minus zero. */
function marked(value: Value): string {
  if (value === null) return 'n'
  if (typeof value === 'string') return `${value.length}:${value}`
  return Object.is(value, -0) ? '-0' : String(value)
}
