import type { FilePreview } from '../../../../main/contract/datasets.ts'
import { formatNames } from '../../../../main/contract/format-names.ts'
import { formatExact } from '../../../platform/units.ts'
import { fileName } from '../shared/rejected-rows.ts'
import type { MissingRemedy } from './import-request.ts'
import { choosableRoles, countRoles, roleTexts, type ColumnDraft } from './column-draft.ts'

/** Lists what is about to be imported. */
export function summaryOf(
  files: readonly string[],
  preview: FilePreview | null,
  columns: readonly ColumnDraft[],
  remedies: readonly MissingRemedy[],
): { name: string; value: string }[] {
  const [first = ''] = files
  const more = files.length > 1 ? ` and ${formatExact(files.length - 1)} more` : ''
  const counts = countRoles(columns)
  const label = columns.find((column) => column.role === 'label')
  const threshold = label ? thresholdOf(label) : ''
  return [
    { name: 'Files', value: fileName(first) + more },
    {
      name: 'Format',
      value: preview ? formatNames[preview.format] : '',
    },
    { name: 'Label', value: `${label?.name ?? '–'}${threshold}` },
    ...choosableRoles
      .filter((role) => role !== 'label' && counts[role] > 0)
      .map((role) => ({
        name: role === 'ignore' ? 'Ignored' : roleTexts[role],
        value: `${formatExact(counts[role])} column${counts[role] === 1 ? '' : 's'}`,
      })),
    ...remedies.map(({ column, values }) => ({ name: `Missing in ${column}`, value: values.join(', ') })),
  ]
}

function thresholdOf({ labelKind, positiveFrom, positive }: ColumnDraft): string {
  if (labelKind === 'from') return ` ≥ ${positiveFrom}`
  return labelKind === 'words' ? ` = ${positive}` : ''
}
