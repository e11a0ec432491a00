/** Reads the rows of tables from text such as 1000-500-20. */
import { ROW_BOUNDS } from '../../../main/model/kinds/schema.ts'

const MAX_TABLES = 1000

export function parseTableRows(text: string): { rows: number[] } | { problem: string } {
  const words = text.trim().split('-')
  const wrong = words.find((word) => !/^\d{1,10}$/.test(word.trim()) || Number(word) < 1)
  if (wrong !== undefined)
    return { problem: `“${wrong.trim()}” is no number of rows: enter them as 1000-500-20.` }
  if (words.some((word) => Number(word) > ROW_BOUNDS.maximum))
    return { problem: 'A table has at most 2,147,483,648 rows.' }
  if (words.length > MAX_TABLES) return { problem: `There may be at most ${MAX_TABLES} tables.` }
  return { rows: words.map(Number) }
}
