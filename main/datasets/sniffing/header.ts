import { labelAdvice } from './label-values.ts'
import { isAnyNumber } from './number-text.ts'
import type { TextRecord } from './records.ts'
import { roleByName } from './roles-by-name.ts'

/** This many numbers in sequence are hardly a row of data. */
const NUMBERED = 4

/** Whether the first record names the columns. `expected` are names that the user gave in a schema. */
export function hasHeader(records: TextRecord[], expected: string[]): boolean {
  const [first, ...rows] = records
  if (!first) return false
  const names = first.fields.map((field) => field.trim())
  const known = new Set(names)
  if (expected.length > 0 && expected.every((name) => known.has(name))) return true
  if (names.every((name) => name === '')) return false
  const valuesOf = (at: number) => rows.map(({ fields }) => fields[at]?.trim() ?? '')
  if (names.some(isAnyNumber)) {
    // Names may be numbers, such as years, and tables without names of their own are written with 0, 1, 2, … as names.
    const isLabel = (name: string, at: number) => {
      const values = valuesOf(at)
      return (
        roleByName(name)?.role === 'label' && !values.includes(name) && labelAdvice(name, values) === null
      )
    }
    if (rows.length > 1 && names.some(isLabel)) return true
    return isSequence(names.filter((name) => name !== '')) && names.some((_, at) => isText(valuesOf(at)))
  }
  if (names.some((name) => roleByName(name) !== null)) return true
  // A header's word is not among its column's values, or is above numbers. A separator at the line's end makes an empty
  // last name, which shows nothing.
  return names.every((name, at) => {
    if (name === '') return true
    const values = valuesOf(at)
    return values.some(isAnyNumber) || !values.includes(name)
  })
}

/** 0, 1, 2, … or 1, 2, 3, … */
function isSequence(names: string[]): boolean {
  const first = Number(names[0])
  const isCounted = names.every((name, at) => name === `${first + at}`)
  return names.length >= NUMBERED && (first === 0 || first === 1) && isCounted
}

function isText(values: string[]): boolean {
  return values.some((value) => value !== '') && !values.some(isAnyNumber)
}
