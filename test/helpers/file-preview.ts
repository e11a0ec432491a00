import type { FilePreview } from '../../main/contract/datasets.ts'

/** A preview of a CSV file with these columns. */
export const filePreview = (columns: FilePreview['columns']): FilePreview => ({
  file: 'clicks.csv',
  bytes: 100,
  format: 'csv',
  delimiter: ',',
  header: true,
  quotes: 'doubled',
  quoteSign: '"',
  encoding: 'utf-8',
  decimal: '.',
  thousands: '',
  comment: '',
  skipLines: 0,
  shortRows: 'reject',
  longRows: 'reject',
  missingValues: ['NA'],
  notes: [],
  columns,
  rows: [],
  rowsRead: 10,
  recognised: false,
})
