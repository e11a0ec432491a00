/** SQL functions over text, because SQLite only knows ASCII letters. */
import type Database from 'better-sqlite3'
import { foldCase } from '../main/contract/run-query.ts'
import { nameScore } from '../main/contract/find-by-name.ts'

/** In lower case, with numbers in names padded to the same length, so that run 9 comes before run 10. */
function naturalOrder(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'))
}

/** As SQLite's own functions do, for the row of nulls of an outer join that finds nothing. */
const orNull =
  (of: (text: string) => string) =>
  (text: string | null): string | null =>
    text === null ? null : of(text)

/** Registers fold_case(text), natural_order(text) and name_score(name, others, text, forgiving) for a connection. */
export function registerTextFunctions(database: Database.Database): void {
  const deterministic = { deterministic: true }
  database.function('fold_case', deterministic, orNull(foldCase))
  database.function('natural_order', deterministic, orNull(naturalOrder))
  database.function(
    'name_score',
    deterministic,
    (name: string, others: string, text: string, forgiving: number) =>
      nameScore(name, () => others, text, forgiving === 1),
  )
}
