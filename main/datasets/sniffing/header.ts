import type { TextRecord } from './records.ts'
import { roleByName } from './roles-by-name.ts'

/** Whether the first record names the columns. `expected` are names the user gave in a schema. */
export function hasHeader(records: TextRecord[], expected: string[]): boolean {
  const [first, ...rows] = records
  if (!first) return false
  const names = first.fields.map((field) => field.trim())
  const known = new Set(names)
  if (expected.length > 0 && expected.every((name) => known.has(name))) return true
  if (names.every((name) => name === '') || names.some((name) => isNumber(name))) return false
  if (names.some((name) => roleByName(name) !== null)) return true
  // A header's word is not among its column's values, or stands above numbers. A separator at the line's end makes an
  // empty last name, which says nothing.
  return names.every((name, at) => {
    if (name === '') return true
    const values = rows.map(({ fields }) => fields[at] ?? '')
    return values.some(isNumber) || !values.includes(name)
  })
}

function isNumber(field: string): boolean {
  return field.trim() !== '' && Number.isFinite(Number(field.replace(',', '.')))
}
