import type { ImportRequest } from '../../main/contract/datasets.ts'

/** A file that is not plain CSV and can nevertheless be read, and its content. */
export interface OddFile {
  title: string
  content: string | Buffer
  /** clicks.csv unless given. */
  name?: string
  format?: ImportRequest['format']
  reading?: ImportRequest['reading']
  schema?: ImportRequest['schema']
  /** Every accepted row: label, dense values, sparse values; null for a missing value. */
  rows: [number, ...(number | string | null)[]][]
  /** Rejected rows by line, with the reason. */
  rejected?: [row: number, column: string | null, reason: RegExp][]
  /** The note that the import must give. */
  note?: RegExp
}

export const binary = (text: string) => Buffer.from(text, 'latin1')

export function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

export const HEADER = 'label,dense_a,sparse_b'
/** 40 lines of `label,number,word`, so that one rejected row stays below the share that may be rejected. */
export const GOOD = Array.from({ length: 40 }, (_, at) => `${at % 2},${at},w${at % 3}`)
export const goodRows = GOOD.map((line, at): OddFile['rows'][number] => [
  at % 2,
  at,
  line.split(',')[2] ?? '',
])
export const quoted = GOOD.map((line) => line.replace(/w\d$/, '"$&"'))
export const two: OddFile['rows'] = [
  [1, 2, 'x'],
  [0, 3, 'y'],
]
export const columns = (...roles: ['label' | 'dense' | 'sparse', string][]): ImportRequest['schema'] => ({
  columns: roles.map(([role, name]) => ({ name, role })),
})
