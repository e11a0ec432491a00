import { tableFormat, type FilePreview, type PreviewRequest, type TableFormat } from './datasets.ts'

/** What the formats of data files are called. */
export const formatNames: Record<FilePreview['format'], string> = {
  criteo: 'Criteo TSV',
  csv: 'CSV',
  tsv: 'TSV',
  recbole: 'RecBole',
  parquet: 'Parquet',
  arrow: 'Arrow',
  json: 'JSON',
  libsvm: 'libsvm',
  libffm: 'libffm',
}

/** Whether a format's files are no delimited text, so that separators, quotes and encodings have no meaning. */
export function isTableFormat(format: PreviewRequest['format']): format is TableFormat {
  return tableFormat.safeParse(format).success
}

/** Whether a format's files list features by their numbers, so that their columns are what the reader makes of them. */
export const listsFeatures = (format: PreviewRequest['format']): boolean =>
  format === 'libsvm' || format === 'libffm'
