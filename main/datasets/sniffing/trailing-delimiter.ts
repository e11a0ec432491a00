import type { TextRecord } from './records.ts'

const MIN_SHARE = 0.9

/**
 * The number of columns of a file in which some lines end with delimiters. `dropped` says that the header or rows have
 * more of them than the others. If all lines end with the same number, they make last columns without names.
 */
export function trailingDelimiter(
  first: TextRecord,
  rows: TextRecord[],
  header: boolean,
): { columns: number; dropped: boolean } {
  const columns = first.fields.length
  const kept = { columns, dropped: false }
  if (!header || rows.length === 0) return kept
  const most = (test: (fields: string[]) => boolean) =>
    rows.filter(({ fields }) => test(fields)).length >= rows.length * MIN_SHARE
  const isEmptyFrom = (fields: string[], from: number) =>
    fields.length > from && fields.slice(from).every((field) => field.trim() === '')
  if (most((fields) => isEmptyFrom(fields, columns))) return { columns, dropped: true }
  const width = rows[0]?.fields.length ?? 0
  const isUnnamed = width > 1 && isEmptyFrom(first.fields, width)
  return isUnnamed && most((fields) => fields.length === width) ? { columns: width, dropped: true } : kept
}
