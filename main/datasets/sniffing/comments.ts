import { splitRecords } from './records.ts'

const SIGNS = ['#', '//', '--', '%']
const SEPARATORS = /[,\t;|]/g

/**
 * The sign of comment lines, or nothing. A file has comments if it begins with lines that start with the sign and have
 * other separators than the rest, because a header or a column's values may start with it as well.
 */
export function detectComment(text: string): string {
  const records = splitRecords(text, { delimiter: ',', quotes: 'none' }, 200)
  const lines = records.map(({ fields }) => fields.join(','))
  return SIGNS.find((sign) => areComments(lines, sign)) ?? ''
}

function areComments(lines: string[], sign: string): boolean {
  const end = lines.findIndex((line) => !line.startsWith(sign))
  if (end <= 0) return false
  const separators = (line = '') => line.match(SEPARATORS)?.length ?? 0
  const last = separators(lines[end - 1])
  const next = separators(lines[end])
  return !(end === 1 && last > 0 && last === next)
}
