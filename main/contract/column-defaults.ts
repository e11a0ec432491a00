import type { ColumnChoice, FilePreview } from '../contract/datasets.ts'

/**
 * Fills in what the user left open, and drops settings that belong to another role.
 *
 * Criteo and columns named like it (I1 …): log(1 + max(x, 0)), missing to 0, as the reference prepares them. Other
 * dense columns have any scale, so they are standardised and missing values take the training median. Sparse columns
 * keep every value seen in training.
 */
export function withDefaults(choice: ColumnChoice, format: FilePreview['format']): ColumnChoice {
  const { name, role, missingValues } = choice
  const own = missingValues === undefined ? {} : { missingValues }
  switch (role) {
    case 'label':
      return { name, role, ...labelValues(choice) }
    case 'ignore':
      return { name, role }
    case 'dense': {
      const likeCriteo = format === 'criteo' || /^I\d+$/.test(name)
      const transform = choice.transform ?? (likeCriteo ? 'logClipped' : 'standard')
      return { name, role, transform, missing: choice.missing ?? (likeCriteo ? 'zero' : 'median'), ...own }
    }
    default: {
      const encoding = choice.encoding ?? { kind: 'vocabulary', minimumCount: 1 }
      if (role === 'sparse') return { name, role, encoding, ...own }
      return { name, role, encoding, separator: choice.separator ?? ' ', ...own }
    }
  }
}

/** Which of a label's values are positive, where they are not 0 and 1. */
export function labelValues({
  positiveFrom,
  positive,
  negative,
}: Pick<ColumnChoice, 'positiveFrom' | 'positive' | 'negative'>) {
  if (positiveFrom !== undefined) return { positiveFrom }
  return positive === undefined || negative === undefined ? {} : { positive, negative }
}
