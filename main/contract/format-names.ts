import { tableFormat, type FilePreview } from './datasets.ts'

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

/** Whether a format's files have separators, quotes and an encoding that could be read in another way. */
export const hasDialect = (format: FilePreview['format']): boolean => !tableFormat.safeParse(format).success
