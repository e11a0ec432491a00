/** SQL functions over text, for what SQLite knows of ASCII letters only. */
import type Database from 'better-sqlite3'
import { foldCase } from '../main/contract/run-query.ts'
import { nameScore } from '../main/contract/find-by-name.ts'

/** In small letters, and numbers in names as long as one another: run 9 before run 10. */
function naturalOrder(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'))
}

/** Makes fold_case(text), natural_order(text) and name_score(name, others, text, forgiving) known to a connection. */
export function registerTextFunctions(database: Database.Database): void {
  const deterministic = { deterministic: true }
  database.function('fold_case', deterministic, (text: string) => foldCase(text))
  database.function('natural_order', deterministic, (text: string) => naturalOrder(text))
  database.function(
    'name_score',
    deterministic,
    (name: string, others: string, text: string, forgiving: number) =>
      nameScore(name, () => others, text, forgiving === 1),
  )
}
