import type { FilePreview } from '../../contract/datasets.ts'
import { listsFeatures } from '../../contract/format-names.ts'
import type { RoleGuess } from './roles-by-name.ts'
import type { ColumnHint } from './table.ts'

/**
 * The role that the file itself gives a column, whose name may have a role of its own already; null if it says no more than
 * the name and the values do.
 */
export function roleByHint(
  format: FilePreview['format'],
  hint: ColumnHint,
  named: RoleGuess | null,
): RoleGuess | null {
  const { name, kind, separator } = hint
  if (named?.role === 'label') return null
  if (separator !== undefined)
    return { role: 'multiValued', because: 'the file has a list here', certain: true }
  if (listsFeatures(format)) return roleInLibsvm(name, format)
  if (format === 'recbole' && kind === 'text' && named === null)
    return { role: 'sparse', because: 'its type is token', certain: true }
  return null
}

/** The names are those that the reader gave. */
function roleInLibsvm(name: string, format: string): RoleGuess {
  const because = `it is a column of ${format}`
  if (name === 'qid') return { role: 'ignore', because: 'it groups the rows', certain: true }
  const isNumber = name.startsWith('feature_') || name.endsWith('_value')
  return { role: isNumber ? 'dense' : 'sparse', because, certain: true }
}
