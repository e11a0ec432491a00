import type { ErrorData } from '../../../../main/contract/errors.ts'

export type ImportStep = 'files' | 'columns' | 'finish'

/** Gives the step whose choices an import's failure is about. */
export function stepOf({ code, field, file, column }: ErrorData): ImportStep {
  if (code === 'TooManyRejectedRows' || code === 'AlreadyExists' || code === 'DiskFull') return 'finish'
  if (field?.startsWith('schema.columns')) return 'columns'
  if (field?.startsWith('schema') || field?.startsWith('files') || field === 'format') return 'files'
  if (field !== undefined) return 'finish'
  if (file !== undefined) return column === undefined ? 'files' : 'columns'
  return 'finish'
}
