import type { FilePreview } from '../../main/contract/datasets.ts'

/** A preview of a CSV file with these columns. */
export const filePreview = (columns: FilePreview['columns']): FilePreview => ({
  file: 'clicks.csv',
  bytes: 100,
  format: 'csv',
  delimiter: ',',
  header: true,
  quotes: 'doubled',
  encoding: 'utf-8',
  decimal: '.',
  comment: '',
  missingValues: ['NA'],
  notes: [],
  columns,
  rowsRead: 10,
  recognised: false,
})
