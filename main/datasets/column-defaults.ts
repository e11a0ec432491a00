import type { ColumnChoice, FilePreview } from '../contract/datasets.ts'

/**
 * Fills in what the user left open, and drops settings that belong to another role.
 *
 * Criteo and columns named like it (I1 …): log(1 + max(x, 0)), missing to 0, as the reference prepares them. Other
 * dense columns have any scale, so they are standardised and missing values take the training median. Sparse columns
 * keep every value seen in training.
 */
export function withDefaults(choice: ColumnChoice, format: FilePreview['format']): ColumnChoice {
  const { name, role } = choice
  switch (role) {
    case 'label':
      return choice.positiveFrom === undefined
        ? { name, role }
        : { name, role, positiveFrom: choice.positiveFrom }
    case 'ignore':
      return { name, role }
    case 'dense': {
      const likeCriteo = format === 'criteo' || /^I\d+$/.test(name)
      const transform = choice.transform ?? (likeCriteo ? 'logClipped' : 'standard')
      return { name, role, transform, missing: choice.missing ?? (likeCriteo ? 'zero' : 'median') }
    }
    default: {
      const encoding = choice.encoding ?? { kind: 'vocabulary', minimumCount: 1 }
      if (role === 'sparse') return { name, role, encoding }
      return { name, role, encoding, separator: choice.separator ?? ' ' }
    }
  }
}
