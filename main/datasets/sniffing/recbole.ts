import type { ColumnHint } from './table.ts'

/** RecBole's types of a column. A sequence's items are separated by spaces. */
const KINDS: Record<string, Omit<ColumnHint, 'name'>> = {
  token: { kind: 'text' },
  token_seq: { kind: 'text', separator: ' ' },
  float: { kind: 'decimal' },
  float_seq: { kind: 'decimal', separator: ' ' },
}

/**
 * The columns of a RecBole atomic file, whose header says each one's type, as in `user_id:token`; null if the header is
 * another one.
 */
export function recBoleColumns(header: string[]): { names: string[]; hints: ColumnHint[] } | null {
  const hints = header.map((field) => {
    const [, name = '', type = ''] = /^(.+):(\w+)$/.exec(field) ?? []
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
    return kind && { name, ...kind }
  })
  const known = hints.filter((hint) => hint !== undefined)
  return known.length < hints.length ? null : { names: known.map(({ name }) => name), hints: known }
}
