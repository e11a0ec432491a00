/** Reads the rows of tables from text such as 1000-500-20. */
const MOST_ROWS = 2 ** 31
const MOST_TABLES = 1000

export function parseTableRows(text: string): { rows: number[] } | { problem: string } {
  const words = text.trim().split('-')
  const wrong = words.find((word) => !/^\d{1,10}$/.test(word.trim()) || Number(word) < 1)
  if (wrong !== undefined)
    return { problem: `“${wrong.trim()}” is no number of rows: enter them as 1000-500-20.` }
  if (words.some((word) => Number(word) > MOST_ROWS))
    return { problem: 'A table has at most 2,147,483,648 rows.' }
  if (words.length > MOST_TABLES) return { problem: `There may be at most ${MOST_TABLES} tables.` }
  return { rows: words.map(Number) }
}
