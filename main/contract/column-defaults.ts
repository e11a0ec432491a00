/** What columns of an import have where nothing is chosen, in the window and on the command line. */
import type { ColumnChoice, FilePreview } from './datasets.ts'

export const defaultEncoding = { kind: 'vocabulary', minimumCount: 1 } as const
/** Between the values of a multi-valued column. */
export const DEFAULT_SEPARATOR = ' '

/**
 * Criteo and columns named like it (I1 …): log(1 + max(x, 0)), missing to 0, as the reference prepares them. Other
 * dense columns have any scale, so they are standardised and missing values take the training median.
 */
export function denseDefaults(name: string, format: FilePreview['format']) {
  return format === 'criteo' || /^I\d+$/.test(name)
    ? ({ transform: 'logClipped', missing: 'zero' } as const)
    : ({ transform: 'standard', missing: 'median' } as const)
}

/** Fills in what the user left open, and drops settings that belong to another role. */
export function withDefaults(choice: ColumnChoice, format: FilePreview['format']): ColumnChoice {
  const { name, role, missingValues } = choice
  const own = missingValues === undefined ? {} : { missingValues }
  switch (role) {
    case 'label':
      return { name, role, ...labelValues(choice) }
    case 'ignore':
    case 'weight':
      return { name, role }
    case 'time':
      return {
        name,
        role,
        ...(choice.timeFormat && { timeFormat: choice.timeFormat }),
        ...(choice.derive?.length && { derive: choice.derive }),
        ...own,
      }
    case 'dense': {
      const { transform, missing } = denseDefaults(name, format)
      return {
        name,
        role,
        transform: choice.transform ?? transform,
        missing: choice.missing ?? missing,
        ...(choice.missing === 'value' && choice.fill !== undefined && { fill: choice.fill }),
        ...(choice.clip && { clip: choice.clip }),
        ...own,
      }
    }
    default: {
      const encoding = choice.encoding ?? defaultEncoding
      const missing = choice.missing && choice.missing !== 'unknown' ? { missing: choice.missing } : {}
      if (role !== 'multiValued') {
        return { name, role, encoding, ...(choice.bucket && { bucket: choice.bucket }), ...missing, ...own }
      }
      const { separator = DEFAULT_SEPARATOR, brackets } = choice
      return { name, role, encoding, separator, ...(brackets && { brackets }), ...missing, ...own }
    }
  }
}

/** The values that mean the same for a label, in a list. */
export const textsOf = (texts: ColumnChoice['positive'] = []) => (typeof texts === 'string' ? [texts] : texts)

/** Which of a label's values are positive, as in a table: click or buy; null if they are 0 and 1 or start at a number. */
export function positivesText({ positive, negative }: Pick<ColumnChoice, 'positive' | 'negative'>) {
  if (positive === undefined) return null
  return {
    positive: textsOf(positive).join(' or '),
    negative: textsOf(negative).join(' or ') || 'any other value',
  }
}

/** Which of a label's values are positive, where they are not 0 and 1. */
export function labelValues({
  positiveFrom,
  positive,
  negative,
}: Pick<ColumnChoice, 'positiveFrom' | 'positive' | 'negative'>) {
  if (positiveFrom !== undefined) return { positiveFrom }
  if (positive === undefined) return {}
  return negative === undefined ? { positive } : { positive, negative }
}
