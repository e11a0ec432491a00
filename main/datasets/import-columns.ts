import type { ImportColumn } from '../../native/index.ts'
import {
  DENSE_FILLINGS,
  SPARSE_FILLINGS,
  type ColumnChoice,
  type ImportRequest,
  type TimeFeature,
  type TimeFormat,
} from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { bounded } from '../contract/printable.ts'
import { labelValues, textsOf, withDefaults } from '../contract/column-defaults.ts'
import { firstRepeated } from './first-repeated.ts'
import { invalidSchema as invalid, schemaColumns, shortList } from './schema-columns.ts'
import { labelPair, labelPairOfOne } from './sniffing/label-values.ts'
import type { Layout } from './sniffing/layout.ts'
import { presentValues, previewOf } from './sniffing/preview.ts'
import { columnTimes } from './sniffing/time-columns.ts'

/**
 * Every column of the file, in file order, in the form that the importer takes: from the request's schema, otherwise
 * from what is certain about the file. Throws InvalidArgument naming the column or field that is wrong.
 */
export function importColumns(
  layout: Layout,
  { schema, missingIn = {} }: Pick<ImportRequest, 'schema' | 'missingIn'>,
): { columns: ImportColumn[]; choices: ColumnChoice[]; notes: string[] } {
  const { choices: chosen, notes } = schema
    ? { choices: schemaColumns(layout, schema.columns), notes: [] }
    : guessedChoices(layout)
  const choices = withMissing(layout, chosen, missingIn)
  checkLabel(layout, choices)
  checkWeights(layout, choices)
  if (!choices.some(({ role, derive = [] }) => isFeature(role) || derive.length > 0)) {
    throw invalid(layout, 'at least one column besides the label must be dense, sparse or multi-valued.')
  }
  const columns = choices.map((choice) => importColumn(withDefaults(choice, layout.format), layout))
  return { columns, choices, notes }
}

/** The choices with further texts that stand for a missing value. */
function withMissing(
  layout: Layout,
  choices: ColumnChoice[],
  missingIn: NonNullable<ImportRequest['missingIn']>,
): ColumnChoice[] {
  const values = new Map(Object.entries(missingIn))
  for (const name of values.keys()) {
    if (choices.some((choice) => choice.name === name && choice.role !== 'label' && choice.role !== 'ignore'))
      continue
    const what = `no dense, sparse or multi-valued column is named ${name}, so it has no missing values.`
    throw invalid(layout, what, name, 'missingIn')
  }
  return choices.map((choice) => {
    const added = values.get(choice.name)
    if (!added) return choice
    return {
      ...choice,
      missingValues: [...new Set([...(choice.missingValues ?? layout.missingValues), ...added])],
    }
  })
}

const NO_FEATURES: readonly ColumnChoice['role'][] = ['label', 'time', 'weight', 'ignore']
const isFeature = (role: ColumnChoice['role']) => !NO_FEATURES.includes(role)

/** The roles that a preview shows, and a note on those that are only likely. */
function guessedChoices(layout: Layout): { choices: ColumnChoice[]; notes: string[] } {
  const { columns, recognised, notes } = previewOf(layout)
  if (!columns.some(({ role }) => role === 'label')) {
    throw new StudioError(
      'InvalidArgument',
      `${layout.file}: none of its columns (${shortList(layout.names)}) looks like a label: none is named label, ` +
        'click or target, and none holds only 0 and 1. Choose the roles in the import wizard, or write them into a ' +
        'schema: data preview FILE --json prints one to start from.',
      { file: layout.file, field: 'schema' },
    )
  }
  const own = notes.filter((note) => !layout.notes.includes(note))
  if (recognised) return { choices: columns, notes: own }
  const guesses = columns
    .filter(({ guessedBecause = '' }) => !/^its name|no name/.test(guessedBecause))
    .map(
      ({ name, role, guessedBecause }) =>
        `${name} ${role === 'multiValued' ? 'multi-valued' : role} (${guessedBecause})`,
    )
  return guesses.length === 0
    ? { choices: columns, notes: own }
    : { choices: columns, notes: [...own, `Guessed without a schema: ${shortList(guesses, '; ')}.`] }
}

function checkLabel(layout: Layout, choices: ColumnChoice[]): void {
  const labels = choices.filter((choice) => choice.role === 'label')
  const [, second] = labels
  if (labels.length === 0)
    throw invalid(layout, 'no column has the role label. Give it to the column to predict.')
  if (second) {
    const names = labels.map((label) => label.name).join(' and ')
    throw invalid(layout, `${names} both have the role label. Only one column can be predicted.`, second.name)
  }
  const [{ name, positive, negative, positiveFrom } = { name: '' }] = labels
  if (positive === undefined && negative === undefined) return
  const different = firstRepeated([...textsOf(positive), ...textsOf(negative)]) === undefined
  if (positive !== undefined && different && positiveFrom === undefined) return
  throw invalid(
    layout,
    `the label ${name} needs either positiveFrom alone, or positive, and negative with other values or not at all.`,
    name,
  )
}

function checkWeights(layout: Layout, choices: ColumnChoice[]): void {
  const weight = choices.find(({ role }) => role === 'weight')
  if (!weight) return
  throw invalid(
    layout,
    `column ${weight.name} has the role weight, but training cannot weight rows yet. Give it the role ignore to train without weights.`,
    weight.name,
  )
}

/** As it was chosen, or the well-known pair that the first values are if nothing was. */
function labelMeaning(layout: Layout, choice: ColumnChoice) {
  const chosen = labelValues(choice)
  if (layout.format === 'criteo' || Object.keys(chosen).length > 0) return chosen
  const values = presentValues(layout, layout.names.indexOf(choice.name))
  return labelPair(values) ?? labelPairOfOne(values) ?? {}
}

function nativeFeature(feature: TimeFeature) {
  return typeof feature === 'string'
    ? ({ kind: feature } as const)
    : ({ kind: 'age', until: feature.age } as const)
}

const isOneOf = <Text extends string>(texts: readonly Text[], text: string): text is Text =>
  (texts as readonly string[]).includes(text)

function wrongMissing(
  layout: Layout,
  { name, missing, role }: ColumnChoice,
  known: readonly string[],
): StudioError {
  return invalid(
    layout,
    `column ${name} has missing ${missing}; where the role is ${role} it must be one of ${known.join(', ')}.`,
    name,
  )
}

/** Bounds as the addon takes them, which has no undefined ones. */
export const nativeClip = ({ minimum, maximum }: NonNullable<ColumnChoice['clip']>) => ({
  ...(minimum !== undefined && { minimum }),
  ...(maximum !== undefined && { maximum }),
})

function nativeBucket(layout: Layout, name: string, bucket: NonNullable<ColumnChoice['bucket']>) {
  if (bucket === 'logSquared') return { kind: 'logSquared' } as const
  const { boundaries } = bucket
  if (boundaries.every((value, at) => at === 0 || value > (boundaries[at - 1] ?? value))) {
    return { kind: 'boundaries', at: boundaries } as const
  }
  throw invalid(layout, `the boundaries of the buckets of column ${name} must ascend.`, name)
}

const IDENTIFIED = { userId: 'user', itemId: 'item', group: 'group' } as const

function importColumn(choice: ColumnChoice, layout: Layout): ImportColumn {
  const { name, missingValues } = choice
  const own = missingValues === undefined ? {} : { missingValues }
  const fromCriteo = layout.format === 'criteo'
  switch (choice.role) {
    case 'ignore':
    case 'weight':
      return { name, role: 'ignore' }
    case 'time':
      return {
        name,
        role: 'time',
        format: choice.timeFormat ?? timeFormatOf(layout, name),
        ...(choice.derive?.length && { derive: choice.derive.map(nativeFeature) }),
        ...own,
      }
    case 'label':
      return { name, role: 'label', ...labelMeaning(layout, choice) }
    case 'dense': {
      const { transform = 'none', missing = 'zero', fill, clip } = choice
      if (!isOneOf(DENSE_FILLINGS, missing)) throw wrongMissing(layout, choice, DENSE_FILLINGS)
      if ((missing === 'value') !== (fill !== undefined)) {
        throw invalid(
          layout,
          `column ${name} needs a value for missing ones (fill) if missing is value.`,
          name,
        )
      }
      const shaping = { ...(fill !== undefined && { fill }), ...(clip && { clip: nativeClip(clip) }) }
      return {
        name,
        role: 'dense',
        type: fromCriteo ? 'integer' : 'float',
        transform,
        missing,
        ...shaping,
        ...own,
      }
    }
    default: {
      const { role, separator, brackets, encoding = { kind: 'vocabulary', minimumCount: 1 } } = choice
      const { missing = 'unknown', bucket } = choice
      if (!isOneOf(SPARSE_FILLINGS, missing)) throw wrongMissing(layout, choice, SPARSE_FILLINGS)
      const type = fromCriteo && bucket === undefined ? 'hex' : 'text'
      const kept = missing === 'unknown' ? {} : { missing }
      if (role === 'multiValued') {
        const form = { ...(separator !== undefined && { separator }), ...(brackets && { brackets }) }
        return { name, role, type, encoding, ...form, ...kept, ...own }
      }
      const identifies = role === 'sparse' ? {} : { identifies: IDENTIFIED[role] }
      const buckets = bucket === undefined ? {} : { bucket: nativeBucket(layout, name, bucket) }
      return { name, role: 'sparse', type, encoding, ...identifies, ...buckets, ...kept, ...own }
    }
  }
}

/** How a column's times are written. Throws InvalidArgument, naming the column, if its first values are no times. */
export function timeFormatOf(layout: Layout, name: string): TimeFormat {
  const values = presentValues(layout, layout.names.indexOf(name))
  const { format } = columnTimes(values, layout.decimal)
  if (format !== undefined) return format
  const example = values.find((value) => value.trim() !== '' && Number.isNaN(Number(value)))
  const what = example === undefined ? 'has no values' : `holds values such as ${bounded(example, 60)}`
  throw invalid(
    layout,
    `column ${name} is to hold times, but its beginning ${what}. If those are times, say how they are written ` +
      '(timeFormat in a schema); otherwise choose another column.',
    name,
  )
}
