import type { TextRecord } from './records.ts'

const MOST = 0.9

/**
 * The number of columns of a file some of whose lines end with a delimiter. `dropped` says that header or rows have one
 * delimiter more than the others; where all lines end with one, that makes a last column without a name.
 */
export function trailingDelimiter(
  first: TextRecord,
  rows: TextRecord[],
  header: boolean,
): { columns: number; dropped: boolean } {
  const columns = first.fields.length
  if (!header || rows.length === 0) return { columns, dropped: false }
  const most = (test: (fields: string[]) => boolean) =>
    rows.filter(({ fields }) => test(fields)).length >= rows.length * MOST
  const isUnnamed = first.fields.at(-1)?.trim() === ''
  if (most((fields) => fields.length === columns + 1 && fields.at(-1) === ''))
    return { columns, dropped: true }
  if (columns > 2 && isUnnamed && most((fields) => fields.length === columns - 1)) {
    return { columns: columns - 1, dropped: true }
  }
  return { columns, dropped: false }
}
