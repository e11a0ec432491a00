/** Holds the wizard's columns with the settings of every role, so that a role chosen again has its settings. */
import {
  DEFAULT_SEPARATOR,
  defaultEncoding,
  denseDefaults,
  textsOf,
} from '../../../../main/contract/column-defaults.ts'
import {
  DENSE_FILLINGS,
  SPARSE_FILLINGS,
  type ColumnChoice,
  type ColumnRole,
  type FilePreview,
  type TimeFeature,
  type TimeFormat,
} from '../../../../main/contract/datasets.ts'

/** As many as the contract allows. */
const MAX_BOUNDARIES = 1000

type PreviewColumn = FilePreview['columns'][number]

export interface ColumnDraft {
  name: string
  role: ColumnRole
  /** Says how a label is read: 0 and 1, 1 from a value on, or values that stand for 1 and 0. */
  labelKind: 'binary' | 'from' | 'words'
  positiveFrom: number
  /** The values that mean 1, and those that mean 0, separated by commas. Without the latter all others do. */
  positive: string
  negative: string
  transform: NonNullable<ColumnChoice['transform']>
  missing: (typeof DENSE_FILLINGS)[number]
  fill: number
  /** What a missing value of a sparse column is. */
  missingCategory: (typeof SPARSE_FILLINGS)[number]
  /** The bounds of a dense column, beyond which its values are taken for them. */
  clipMinimum: number | undefined
  clipMaximum: number | undefined
  /** What the numbers of a sparse column become. */
  bucket: 'none' | 'logSquared' | 'boundaries'
  /** The boundaries of buckets, separated by spaces. */
  boundaries: string
  encoding: 'vocabulary' | 'hash'
  minimumCount: number
  maximumSize: number | undefined
  hashSize: number
  hashSeed: number
  separator: string
  /** Whether lists are in brackets. */
  brackets: boolean
  timeFormat: TimeFormat
  /** The features that are made of a time. */
  derive: TimeFeature[]
  /** The texts that stand for a missing value in this column, if it has its own. */
  missingValues: string[] | undefined
  /** The values in the preview. */
  seen: Pick<
    PreviewColumn,
    'role' | 'examples' | 'distinct' | 'missingShare' | 'missingTexts' | 'list' | 'times' | 'guessedBecause'
  >
}

/** The settings that can be changed for several columns at once. */
export type ColumnSettings = Omit<ColumnDraft, 'name' | 'role' | 'seen'>

export const roleTexts: Record<ColumnRole, string> = {
  label: 'Label',
  dense: 'Dense',
  sparse: 'Sparse',
  multiValued: 'Multi-valued',
  userId: 'User id',
  itemId: 'Item id',
  group: 'Group',
  time: 'Time',
  weight: 'Weight',
  ignore: 'Ignore',
}

/** The roles that a column can be given. Training cannot weight rows yet. */
export const choosableRoles = (Object.keys(roleTexts) as ColumnRole[]).filter((role) => role !== 'weight')

export function columnDraft(column: PreviewColumn, format: FilePreview['format']): ColumnDraft {
  const dense = denseDefaults(column.name, format)
  const {
    name,
    role,
    encoding,
    examples,
    distinct,
    missingShare,
    missingTexts,
    list,
    times,
    guessedBecause,
  } = column
  return {
    name,
    role,
    labelKind: labelKindOf(column),
    positiveFrom: column.positiveFrom ?? 1,
    positive: textsOf(column.positive).join(', '),
    negative: textsOf(column.negative).join(', '),
    transform: column.transform ?? dense.transform,
    missing: DENSE_FILLINGS.find((filling) => filling === column.missing) ?? dense.missing,
    fill: column.fill ?? 0,
    missingCategory: SPARSE_FILLINGS.find((filling) => filling === column.missing) ?? 'unknown',
    clipMinimum: column.clip?.minimum,
    clipMaximum: column.clip?.maximum,
    bucket: typeof column.bucket === 'object' ? 'boundaries' : (column.bucket ?? 'none'),
    boundaries: typeof column.bucket === 'object' ? column.bucket.boundaries.join(' ') : '',
    encoding: encoding?.kind === 'hash' ? 'hash' : 'vocabulary',
    minimumCount: encoding?.kind === 'vocabulary' ? encoding.minimumCount : defaultEncoding.minimumCount,
    maximumSize: encoding?.kind === 'vocabulary' ? encoding.maximumSize : undefined,
    hashSize: encoding?.kind === 'hash' ? encoding.size : 100_000,
    hashSeed: encoding?.kind === 'hash' ? (encoding.seed ?? 0) : 0,
    separator: column.separator ?? list?.separator ?? DEFAULT_SEPARATOR,
    brackets: column.brackets ?? list?.brackets ?? false,
    timeFormat: column.timeFormat ?? times ?? 'iso',
    derive: column.derive ?? [],
    missingValues: column.missingValues,
    seen: {
      role,
      examples,
      distinct,
      missingShare,
      missingTexts,
      ...(list !== undefined && { list }),
      ...(times !== undefined && { times }),
      ...(guessedBecause !== undefined && { guessedBecause }),
    },
  }
}

function labelKindOf({ positiveFrom, positive }: PreviewColumn): ColumnDraft['labelKind'] {
  if (positiveFrom !== undefined) return 'from'
  return positive === undefined ? 'binary' : 'words'
}

/** Takes the columns of a new preview. Columns whose names were there before keep what was chosen for them. */
export function columnDrafts(preview: FilePreview, before: readonly ColumnDraft[]): ColumnDraft[] {
  const known = new Map(before.map((column) => [column.name, column]))
  return preview.columns.map((column) => {
    const fresh = columnDraft(column, preview.format)
    const old = known.get(column.name)
    return old ? { ...old, seen: fresh.seen } : fresh
  })
}

/** Gives the settings of the column's role as the engine takes them. */
export function columnChoice(draft: ColumnDraft): ColumnChoice {
  const { name, role, missingValues } = draft
  const own = missingValues === undefined ? {} : { missingValues }
  switch (role) {
    case 'ignore':
    case 'weight':
      return { name, role }
    case 'time': {
      const { timeFormat } = draft
      const features = featuresOf(draft)
      return { name, role, timeFormat, ...(features.length > 0 && { derive: features }), ...own }
    }
    case 'label':
      return { name, role, ...labelValuesOf(draft) }
    case 'dense':
      return {
        name,
        role,
        transform: draft.transform,
        missing: draft.missing,
        ...(draft.missing === 'value' && { fill: draft.fill }),
        ...clipOf(draft),
        ...own,
      }
    default: {
      const encoding = encodingOf(draft)
      const missing = draft.missingCategory === 'unknown' ? {} : { missing: draft.missingCategory }
      if (role !== 'multiValued') return { name, role, encoding, ...bucketOf(draft), ...missing, ...own }
      const { separator, brackets } = draft
      return { name, role, encoding, separator, ...(brackets && { brackets }), ...missing, ...own }
    }
  }
}

/** The features that are made of a time. A number that only grows has neither an hour nor a date. */
const featuresOf = ({ timeFormat, derive }: ColumnDraft) => (timeFormat === 'number' ? [] : derive)

function encodingOf({ encoding, minimumCount, maximumSize, hashSize, hashSeed }: ColumnDraft) {
  return encoding === 'hash'
    ? ({ kind: 'hash', size: hashSize, ...(hashSeed > 0 && { seed: hashSeed }) } as const)
    : ({ kind: 'vocabulary', minimumCount, ...(maximumSize !== undefined && { maximumSize }) } as const)
}

function clipOf({ clipMinimum: minimum, clipMaximum: maximum }: ColumnDraft): Pick<ColumnChoice, 'clip'> {
  if (minimum === undefined && maximum === undefined) return {}
  return { clip: { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) } }
}

function bucketOf({ bucket, boundaries }: ColumnDraft): Pick<ColumnChoice, 'bucket'> {
  if (bucket === 'none') return {}
  return { bucket: bucket === 'logSquared' ? bucket : { boundaries: numbersIn(boundaries) } }
}

/** The numbers in a text such as "18 65.5", of which words that are none give NaN. */
export function numbersIn(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .map(Number)
}

/** Names what is chosen for a column beyond what its row shows. */
export function furtherSettings(draft: ColumnDraft): string[] {
  const { role, clipMinimum, clipMaximum, bucket, boundaries } = draft
  switch (role) {
    case 'label':
    case 'ignore':
    case 'weight':
      return []
    case 'time':
      return featuresOf(draft).map((feature) =>
        typeof feature === 'string' ? feature : `age until ${feature.age}`,
      )
    case 'dense':
      return [
        ...(clipMinimum === undefined ? [] : [`at least ${clipMinimum}`]),
        ...(clipMaximum === undefined ? [] : [`at most ${clipMaximum}`]),
      ]
    default:
      return [
        ...(role === 'multiValued' || bucket === 'none'
          ? []
          : [bucket === 'logSquared' ? '⌊(ln x)²⌋' : `buckets at ${boundaries}`]),
        ...(draft.encoding === 'vocabulary' && draft.maximumSize !== undefined
          ? [`the ${draft.maximumSize} most frequent values`]
          : []),
        ...(draft.encoding === 'hash' && draft.hashSeed > 0 ? [`seed ${draft.hashSeed}`] : []),
        ...(draft.missingCategory === 'category' ? ['missing is a category'] : []),
        ...(draft.missingCategory === 'reject' ? ['missing rejects the row'] : []),
      ]
  }
}

/** The values in a text such as "click, buy". */
function listed(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function labelValuesOf({ labelKind, positiveFrom, positive, negative }: ColumnDraft) {
  if (labelKind === 'from') return { positiveFrom }
  if (labelKind !== 'words') return {}
  const texts = (text: string) => {
    const [first = '', ...others] = listed(text)
    return others.length === 0 ? first : [first, ...others]
  }
  return { positive: texts(positive), ...(listed(negative).length > 0 && { negative: texts(negative) }) }
}

/** Gives some columns another role. There is one label, so a column that was the label before is ignored from then on. */
export function withRole(
  columns: readonly ColumnDraft[],
  names: ReadonlySet<string>,
  role: ColumnRole,
): ColumnDraft[] {
  let labelGiven = false
  return columns.map((column) => {
    if (names.has(column.name) && !(role === 'label' && labelGiven)) {
      labelGiven = role === 'label'
      return { ...column, role }
    }
    return role === 'label' && column.role === 'label' ? { ...column, role: 'ignore' } : column
  })
}

export function withSettings(
  columns: readonly ColumnDraft[],
  names: ReadonlySet<string>,
  settings: Partial<ColumnSettings>,
): ColumnDraft[] {
  return columns.map((column) => (names.has(column.name) ? { ...column, ...settings } : column))
}

export function countRoles(columns: readonly ColumnDraft[]): Record<ColumnRole, number> {
  const counts = Object.fromEntries(Object.keys(roleTexts).map((role) => [role, 0])) as Record<
    ColumnRole,
    number
  >
  for (const { role } of columns) counts[role]++
  return counts
}

/** Names the columns by whose values rows can be sorted by time. */
export function timeColumns(columns: readonly ColumnDraft[]): string[] {
  return columns
    .filter(({ role, seen }) => role === 'time' || (role !== 'label' && seen.times !== undefined))
    .map(({ name }) => name)
}

/** Says why these columns cannot be imported and what to do, or nothing if they can. */
export function columnsProblem(columns: readonly ColumnDraft[]): string {
  const { label, dense, sparse, multiValued, userId, itemId, group } = countRoles(columns)
  if (label === 0) return 'No column is the label: give that role to the column to predict.'
  if (label > 1) return 'Several columns are the label: only one can be predicted.'
  const derived = columns.some((column) => column.role === 'time' && featuresOf(column).length > 0)
  if (!derived && dense + sparse + multiValued + userId + itemId + group === 0) {
    return 'No column is a feature: make at least one dense, sparse or multi-valued.'
  }
  const words = columns.find((column) => column.role === 'label' && column.labelKind === 'words')
  if (words) {
    const [positive, negative] = [listed(words.positive), listed(words.negative)]
    if (positive.length === 0) return `${words.name} needs a value that means 1, such as click.`
    const both = [...positive, ...negative]
    if (new Set(both).size < both.length) return `${words.name} has a value that is given twice.`
  }
  const shaped = columns.map(shapingProblem).find((problem) => problem !== '')
  if (shaped !== undefined) return shaped
  const unseparated = columns.find((column) => column.role === 'multiValued' && column.separator.length !== 1)
  return unseparated ? `${unseparated.name} needs one character that separates its values.` : ''
}

/** Says why a column's numbers cannot be clipped or put into buckets like this, or nothing. */
export function shapingProblem({
  name,
  role,
  clipMinimum = -Infinity,
  clipMaximum = Infinity,
  bucket,
  boundaries,
}: ColumnDraft): string {
  if (role === 'dense') {
    return clipMinimum <= clipMaximum
      ? ''
      : `${name} is clipped to at least ${clipMinimum} and at most ${clipMaximum}.`
  }
  if (bucket !== 'boundaries' || !isSingleValued(role)) return ''
  const numbers = numbersIn(boundaries)
  if (numbers.length === 0) return `${name} needs the boundaries of its buckets, such as “18 65”.`
  if (numbers.length > MAX_BOUNDARIES) return `${name} has more than ${MAX_BOUNDARIES} boundaries.`
  const ascending = numbers.every(
    (number, at) => Number.isFinite(number) && (at === 0 || number > (numbers[at - 1] ?? number)),
  )
  return ascending
    ? ''
    : `The boundaries of the buckets of ${name} must be numbers that ascend, such as “18 65”.`
}

/** Whether a column of this role has one value a row, which has a row of a table. */
export const isSingleValued = (role: ColumnRole): boolean =>
  role === 'sparse' || role === 'userId' || role === 'itemId' || role === 'group'

/** Says whether the label's first values are not only 0 and 1 while no threshold for positives is chosen. */
export function labelNeedsThreshold({ role, labelKind, seen }: ColumnDraft): boolean {
  return role === 'label' && labelKind === 'binary' && seen.examples.some((value) => !isZeroOrOne(value))
}

/** Reads labels as the importer does: 1.0 and 01 are 1, and so is 1,0 with a decimal comma. An empty field is ignored. */
function isZeroOrOne(text: string): boolean {
  const value = Number(text.replace(',', '.'))
  return value === 0 || value === 1
}
