/** Generated from the Rust sources by `npm run generate`: do not edit. Change the types and their comments there. */

/**
 * What one epoch reads.
 */
export type BatchLoaderOptions = {
  split: SplitName
  /**
   * At least 1.
   */
  batchSize: number
  shuffle: boolean
  /**
   * It decides the order together with `epoch`. The order is the same on every machine.
   */
  seed: number
  epoch: number
  /**
   * How many batches are skipped at the beginning, for a resumed run.
   */
  startBatch: number
  /**
   * The names of the dense columns that batches have, in this order; `sparse` likewise.
   */
  dense: Array<string>
  sparse: Array<string>
  /**
   * What one rank of a job reads of it. Without it, everything.
   */
  rank?: RankOptions
}

/**
 * What is known of the beginning of a file.
 */
export type BeginningOptions = {
  /**
   * Detected if it is absent.
   */
  encoding?: TextEncoding
  /**
   * The encoding of text that is not UTF-8 and does not show what else it is.
   */
  fallback?: TextEncoding
}

/**
 * What a number of a sparse column becomes.
 * logSquared: floor((ln x)^2) where x > 2, otherwise x without its fraction, as BARS prepares Criteo_x4.
 * boundaries: which of the ascending numbers the value has reached.
 */
export type Bucket = { kind: 'logSquared' } | { kind: 'boundaries'; at: Array<number> }

/**
 * The bounds to which a dense column's values are limited when they are read. At least one is given.
 */
export type Clip = { minimum?: number; maximum?: number }

/**
 * How well a column predicts the label alone. A dense column's values are the score, in the direction that training rows
 * have. A sparse column's score is the rate of positives of its value in the training rows, smoothed; of a list, their mean.
 */
export type ColumnLeak = {
  column: string
  /**
   * The area under the ROC curve; none if all scored rows have the same label.
   */
  auc: number | null
}

export type DenseSettings = {
  type: NumberType
  transform: Transform
  missing: Missing
  /**
   * What stands for a missing value, where `missing` is value.
   */
  fill?: number
  clip?: Clip
}

/**
 * What a column's values say about their times.
 */
export type DetectedTime = {
  format: TimeFormat
  /**
   * Whether the values fit days first and months first alike.
   */
  ambiguous: boolean
  /**
   * Whether no time is earlier than the one before it.
   */
  ascending: boolean
  /**
   * How many of the values are different times.
   */
  distinct: number
}

/**
 * vocabulary: training values seen at least minimumCount times, and of those the maximumSize most frequent ones (the bytewise
 * first of equally frequent ones), sorted bytewise, numbered from 1; 0 = unseen.
 * hash: 1 + hash mod (size - 1), with the seed mixed in unless it is 0; 0 = missing.
 * index: the value itself, a whole number below size, of data that are encoded already; 0 = missing.
 */
export type Encoding =
  | { kind: 'vocabulary'; minimumCount: number; maximumSize?: number }
  | { kind: 'hash'; size: number; seed?: number }
  | { kind: 'index'; size: number }

/**
 * user, item: who and what a row is about. group: rows that belong together, such as those of a session or a query.
 */
export type Identified = 'user' | 'item' | 'group'

export type ImportColumn = {
  name: string
  /**
   * Instead of the specification's.
   */
  missingValues?: Array<string>
  /**
   * What the values of a sparse column are the ids of.
   */
  identifies?: Identified
} & (
  | ({ role: 'label' } & LabelSettings)
  | ({ role: 'dense' } & DenseSettings)
  | ({ role: 'sparse' } & SparseSettings)
  | ({ role: 'multiValued' } & SparseSettings)
  | ({ role: 'time' } & TimeSettings)
  | { role: 'ignore' }
)

export type ImportPhase = 'scan' | 'write' | 'finish'

export type ImportProgress = {
  phase: ImportPhase
  /**
   * Bytes of the sources that have been read, in all readings together; the writing counts as one.
   */
  bytesDone: number
  bytesTotal: number
  /**
   * Data rows visited in this reading, rejected ones included.
   */
  rows: number
  rejected: number
}

export type ImportResult = {
  /**
   * Accepted rows.
   */
  rows: number
  rejected: RejectedRows
  /**
   * The markers of missing values that were found, by column in file order.
   */
  missingTexts: Array<MissingText>
  /**
   * The size of the dataset's content files.
   */
  bytes: number
  durationMs: number
}

/**
 * What to read and how; what became of the rows is in ImportResult.
 */
export type ImportSpec = {
  /**
   * Compressed ones are decompressed, and a zip archive stands for the files in it.
   */
  files: Array<string>
  /**
   * The format of files that are no delimited text. They have no dialect: what follows up to `missingValues` is not read.
   */
  table?: TableFormat
  /**
   * For each file the values of the last columns, which are not in the file but in the names of its folders; an empty list if
   * there are no such columns.
   */
  partitions?: Array<Array<string>>
  /**
   * A separator of one or more characters, or the word spaces for runs of blanks.
   */
  delimiter: string
  /**
   * RFC 4180 quotes; false for Criteo TSV.
   */
  quotes: boolean
  /**
   * Where `quotes`: a backslash escapes a quote sign in a quoted field, instead of a second quote sign.
   */
  backslashQuotes?: boolean
  /**
   * The sign around quoted fields; a double quotation mark if absent.
   */
  quoteSign?: string
  /**
   * How many lines at the beginning of each file are skipped.
   */
  skipLines?: number
  header: boolean
  /**
   * UTF-8 if absent.
   */
  encoding?: TextEncoding
  /**
   * Numbers have a comma before their fraction.
   */
  decimalComma?: boolean
  /**
   * The character between groups of digits, if there is one.
   */
  thousands?: string
  /**
   * Lines that begin with this text are comments.
   */
  comment?: string
  /**
   * A line may end with one delimiter more than its fields need.
   */
  trailingDelimiter?: boolean
  /**
   * The fields that a row lacks at its end are missing. Otherwise the row is rejected.
   */
  fillShortRows?: boolean
  /**
   * The fields that a row has beyond the columns are dropped. Otherwise the row is rejected.
   */
  cutLongRows?: boolean
  /**
   * Markers of a missing value. An empty field is always one.
   */
  missingValues?: Array<string>
  /**
   * In file order; their count is the field count that every row must have.
   */
  columns: Array<ImportColumn>
  split: ImportSplit
  /**
   * A new folder, written completely or removed again. The caller renames it into place.
   */
  destination: string
  name: string
  /**
   * Share of rows, 0 to 1, above which the import fails with TooManyRejectedRows.
   */
  maxRejected: number
  /**
   * The number of rows above which it fails likewise.
   */
  maxRejectedRows?: number
  /**
   * Where the file of rejected rows goes if the import fails because of them; an older file is replaced.
   */
  rejectedFile?: string
  /**
   * How many rejected rows to report in full.
   */
  reportRejected: number
  /**
   * Free-form provenance kept in the manifest (source, licence notice, ceiling AUC).
   */
  provenance: Record<string, unknown>
  /**
   * A prepared dataset's folder: values become numbers as they did there, and statistics are the ones there. A
   * label and rows to train on are not needed then; without a label column every label is 0.
   */
  encodeLike?: string
  /**
   * Columns whose text is kept in `kept.jsonl` in the destination: a JSON array of strings a row, in file order.
   */
  keepText?: Array<string>
}

/**
 * modulo: by i mod modulus, where i is the number of the data row from 0, accepted or not.
 * tail: the first data rows train, then validation, then test, in file order; shares of all data rows.
 * ratio: by a seeded hash of the row's number.
 * time: the latest rows by a column of times are test, with shares as in tail; equal times keep file order. Without a format
 * the times are plain numbers.
 * user: all rows of a user in one split, by a seeded hash of the column's text, so that shares are those of users.
 * leaveOneOut: of each user the last row is test and the one before validation, by time or, without a column of times, in file
 * order. Of two rows the first trains, and a single row trains.
 * files: by the number of the file in the specification, from 0; the others train.
 * column: by a column's text; rows whose value is in none of the lists are rejected.
 */
export type ImportSplit =
  | { kind: 'modulo'; modulus: number; validation: Array<number>; test: Array<number> }
  | { kind: 'tail'; validation: number; test: number }
  | { kind: 'ratio'; validation: number; test: number; seed: number }
  | { kind: 'time'; column: string; validation: number; test: number; format?: TimeFormat }
  | { kind: 'user'; column: string; validation: number; test: number; seed: number }
  | { kind: 'leaveOneOut'; user: string; time?: string; format?: TimeFormat }
  | { kind: 'files'; validation: Array<number>; test: Array<number> }
  | { kind: 'column'; column: string; train: Array<string>; validation: Array<string>; test: Array<string> }

export type LabelSettings = {
  /**
   * label = value >= positiveFrom; without it only 0 and 1 are labels.
   */
  positiveFrom?: number
  /**
   * The values that mean 1 instead of 1 itself, such as click and buy.
   */
  positive?: LabelTexts
  /**
   * Where `positive` is given, those that mean 0; without it, every other value does.
   */
  negative?: LabelTexts
}

/**
 * A value of a label, or several that mean the same.
 */
export type LabelTexts = string | Array<string>

export type LeakReport = {
  /**
   * The rows that are scored: test rows, or validation rows if there are none.
   */
  split: SplitName
  scoredRows: number
  /**
   * In the order of the manifest.
   */
  columns: Array<ColumnLeak>
  /**
   * One of this many different rows was compared, if there are too many for the memory.
   */
  oneIn: number
  /**
   * Training rows whose features are those of an earlier one.
   */
  repeatedTrainingRows: number
  comparedTrainingRows: number
  /**
   * Rows of the split whose features are those of a training row.
   */
  seenRows: number
  comparedRows: number
}

export type Missing = 'zero' | 'median' | 'mean' | 'value' | 'reject'

/**
 * unknown: as a value that training has not seen. category: a value of its own, the empty text. reject: a reason to leave the
 * row out.
 */
export type MissingCategory = 'unknown' | 'category' | 'reject'

/**
 * A marker of missing values in a column, and how often it was found.
 */
export type MissingText = { column: string; value: string; count: number }

/**
 * Of a well-formed field: an int64 or a finite float.
 */
export type NumberType = 'integer' | 'float'

/**
 * A column as a preview shows it.
 */
export type PreviewColumn = {
  name: string
  kind: ValueKind
  /**
   * What separates the items of a list; absent if the column has none.
   */
  separator?: string
}

/**
 * How fields are quoted.
 */
export type Quoting = 'none' | 'doubled' | 'backslash'

/**
 * What one rank reads: the sparse columns that it looks up for all rows, and dense columns and labels of its own rows.
 */
export type RankOptions = {
  /**
   * Counted from 0.
   */
  rank: number
  ranks: number
  /**
   * The names of the sparse columns that it looks up. The others are empty in its batches.
   */
  columns: Array<string>
}

/**
 * Rejected rows with the same fault in the same column.
 */
export type RejectedGroup = {
  /**
   * The column's name; none if the rows as a whole are wrong.
   */
  column: string | null
  /**
   * The reason, with an ellipsis for each text of the file in it.
   */
  reason: string
  count: number
  /**
   * The most frequent fields at fault, without the spaces around them, by descending count.
   */
  values: Array<TopValue>
  /**
   * How many different fields there are, as far as they were counted.
   */
  distinct: number
  /**
   * The first of the rows.
   */
  first: RejectedRow
}

/**
 * A rejected row, as it is reported.
 */
export type RejectedRow = {
  /**
   * Index into ImportSpec.files.
   */
  file: number
  /**
   * 1-based line in the file (a header is line 1).
   */
  row: number
  /**
   * The column's name; none if the row as a whole is wrong.
   */
  column: string | null
  reason: string
}

export type RejectedRows = {
  count: number
  first: Array<RejectedRow>
  /**
   * By descending count. Datasets of older versions have none.
   */
  groups: Array<RejectedGroup>
  /**
   * How many rows the file of rejected rows has, which is limited in size. Older versions wrote no such file.
   */
  stored: number
}

/**
 * How a text is split, and how many records of it are wanted.
 */
export type SampleOptions = {
  /**
   * A separator of one or more characters, or the word spaces for runs of blanks.
   */
  delimiter: string
  quotes: Quoting
  /**
   * The sign around quoted fields; a double quotation mark if absent.
   */
  quoteSign?: string
  /**
   * Lines that begin with this text are comments.
   */
  comment?: string
  /**
   * How many lines at the beginning are no records; none if absent.
   */
  skipLines?: number
  /**
   * At most this many records are read.
   */
  limit: number
}

export type SparseSettings = {
  type: ValueType
  encoding: Encoding
  /**
   * Of a multi-valued field; a space if absent.
   */
  separator?: string
  /**
   * Multi-valued fields may be in brackets, and their values in quotation marks: ["a", "b"].
   */
  brackets?: boolean
  /**
   * Of a single-valued column of numbers.
   */
  bucket?: Bucket
  /**
   * What a missing value is.
   */
  missing?: MissingCategory
}

/**
 * A split of a dataset. `split as usize` is its index into `Split::NAMES` and into every array of three.
 */
export type SplitName = 'train' | 'validation' | 'test'

/**
 * The formats of files that are no delimited text.
 */
export type TableFormat = 'parquet' | 'arrow' | 'json' | 'libsvm' | 'libffm'

/**
 * How a file is previewed.
 */
export type TableOptions = {
  /**
   * By the file's content if absent.
   */
  format?: TableFormat
  /**
   * At most this many rows are read.
   */
  limit: number
}

/**
 * The beginning of a file that is no delimited text.
 */
export type TablePreview = {
  format: TableFormat
  /**
   * What the file is compressed by, as a whole.
   */
  compression?: string
  columns: Array<PreviewColumn>
  records: Array<TextRecord>
  /**
   * Sentences about how the file is read.
   */
  notes: Array<string>
}

/**
 * The beginning of a file as text.
 */
export type TextBeginning = {
  /**
   * With U+FFFD in place of what is not a character.
   */
  text: string
  encoding: TextEncoding
  /**
   * The 1-based line of the first byte that is not UTF-8; null if all are, and for UTF-16.
   */
  notUtf8Line: number | null
  /**
   * The 1-based line of the first byte that is no character in the encoding; null if all are.
   */
  invalidLine: number | null
  /**
   * The number of such lines.
   */
  invalidLines: number
}

/**
 * How a file's bytes are text. latin1 is what the web reads as such, Windows-1252; utf-16 has the byte order of its mark, or of
 * an ASCII character in front, and is little-endian without either.
 */
export type TextEncoding =
  | 'utf-8'
  | 'utf-16'
  | 'latin1'
  | 'iso-8859-2'
  | 'iso-8859-4'
  | 'iso-8859-5'
  | 'iso-8859-6'
  | 'iso-8859-7'
  | 'iso-8859-8'
  | 'iso-8859-13'
  | 'iso-8859-15'
  | 'windows-1250'
  | 'windows-1251'
  | 'windows-1253'
  | 'windows-1254'
  | 'windows-1255'
  | 'windows-1256'
  | 'windows-1257'
  | 'windows-1258'
  | 'windows-874'
  | 'macintosh'
  | 'koi8-r'
  | 'koi8-u'
  | 'ibm866'
  | 'shift-jis'
  | 'euc-jp'
  | 'iso-2022-jp'
  | 'gb18030'
  | 'big5'
  | 'euc-kr'

/**
 * A record of a file whose columns are not known yet.
 */
export type TextRecord = {
  /**
   * The 1-based line on which it begins.
   */
  line: number
  /**
   * Its fields. A malformed record's are those of its first line, split as if there were no quoting.
   */
  fields: Array<string>
  /**
   * Whether an import rejects the record because its quotes do not pair up, or pair up only over whole rows in between.
   */
  malformed: boolean
  /**
   * How many of the fields are in quotes.
   */
  quoted: number
}

/**
 * A feature of a time, in UTC. hour, weekday, month: sparse. age: dense, the days from this time until that of another column.
 */
export type TimeFeature =
  { kind: 'hour' } | { kind: 'weekday' } | { kind: 'month' } | { kind: 'age'; until: string }

/**
 * iso: ISO 8601 and RFC 3339, also with a space, slashes or points; without a zone a time is UTC.
 * dayFirst, monthFirst: 31.12.2026, 12/31/2026, with or without a time of day.
 * monthName: 31 Dec 2026 11:59:00 +0100, in English.
 * compact: YYYYMMDD, YYYYMMDDHH, YYYYMMDDHHMM or YYYYMMDDHHMMSS. compactHour: YYMMDDHH, as Avazu has it.
 * seconds to nanoseconds: since 1970. number: any number that grows with time.
 */
export type TimeFormat =
  | 'iso'
  | 'dayFirst'
  | 'monthFirst'
  | 'monthName'
  | 'compact'
  | 'compactHour'
  | 'seconds'
  | 'milliseconds'
  | 'microseconds'
  | 'nanoseconds'
  | 'number'

/**
 * A column whose rows are rejected if they hold neither a time nor a missing value.
 */
export type TimeSettings = {
  format: TimeFormat
  /**
   * Columns that are made of it, which are named after it: when_hour.
   */
  derive?: Array<TimeFeature>
}

export type TopValue = { value: string; count: number }

/**
 * logClipped: log(1 + max(x, 0)). logSquared: floor((ln x)^2) where x > 2, otherwise x without its fraction. standard: (x -
 * mean) / population deviation over training rows. minMax: (x - minimum) / (maximum - minimum) of training rows. Both are 0
 * for a constant column. quantile: where x is among the percentiles of training rows, from 0 to 1.
 */
export type Transform = 'none' | 'logClipped' | 'logSquared' | 'standard' | 'minMax' | 'quantile'

/**
 * What a column's values are, as far as its file says so.
 */
export type ValueKind = 'integer' | 'decimal' | 'boolean' | 'time' | 'text'

/**
 * hex: 1 to 16 hex digits, as in Criteo's data; their case does not matter.
 */
export type ValueType = 'text' | 'hex'
