import type { ColumnChoice } from '../../contract/datasets.ts'
import type { TextRecord } from './records.ts'

/**
 * Criteo's click logs: tab-separated, no header, label, 13 integers, 26 hashed values; all except the label may be
 * empty.
 */
const DENSE_COLUMNS = 13
const SPARSE_COLUMNS = 26
export const CRITEO_COLUMNS = 1 + DENSE_COLUMNS + SPARSE_COLUMNS

const INTEGER = /^(-?\d{1,19})?$/
const HEX = /^([0-9a-fA-F]{1,16})?$/

/** label, I1 to I13, C1 to C26. */
export function criteoColumns(): ColumnChoice[] {
  const dense = Array.from({ length: DENSE_COLUMNS }, (_, at) => `I${at + 1}`)
  const sparse = Array.from({ length: SPARSE_COLUMNS }, (_, at) => `C${at + 1}`)
  return [
    { name: 'label', role: 'label' },
    ...dense.map((name): ColumnChoice => ({ name, role: 'dense' })),
    ...sparse.map((name): ColumnChoice => ({ name, role: 'sparse' })),
  ]
}

/** Whether most of the rows have Criteo's shape. The importer reports the others. */
export function looksLikeCriteo(records: TextRecord[]): boolean {
  const matching = records.filter(({ fields }) => isCriteoRow(fields)).length
  return matching > 0 && matching * 2 >= records.length
}

function isCriteoRow(fields: string[]): boolean {
  return (
    fields.length === CRITEO_COLUMNS &&
    (fields[0] === '0' || fields[0] === '1') &&
    fields.slice(1, 1 + DENSE_COLUMNS).every((field) => INTEGER.test(field)) &&
    fields.slice(1 + DENSE_COLUMNS).every((field) => HEX.test(field))
  )
}
