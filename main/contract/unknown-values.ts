/** How many of a dataset's values training has not seen, in words and numbers. */
import { formatPercent } from './quantities.ts'
import type { DatasetManifest } from './manifest.ts'

export interface UnknownShare {
  column: string
  /** The number of values in the rows, without empty fields. */
  values: number
  /** The number of those that training has not seen, or too rarely for a row of their own. */
  unknown: number
  /** unknown / values; null without values. */
  share: number | null
}

type Split = 'validation' | 'test'

/** For each sparse column in file order; empty if the dataset is of a version that did not count them. */
export function unknownShares(
  { unknownValues = [] }: Pick<DatasetManifest, 'unknownValues'>,
  splits: readonly Split[],
): UnknownShare[] {
  return unknownValues.map((counts) => {
    const sum = (key: 'values' | 'unknown') => splits.reduce((total, split) => total + counts[split][key], 0)
    const [values, unknown] = [sum('values'), sum('unknown')]
    return { column: counts.column, values, unknown, share: values > 0 ? unknown / values : null }
  })
}

/** One sentence for each column without any known value, because predictions cannot depend on it. */
export function allUnknownWarnings(shares: readonly UnknownShare[], rows: string): string[] {
  return shares
    .filter(({ share }) => share === 1)
    .map(
      ({ column }) =>
        `None of the values of ${column} in ${rows} occur in the training rows: check that this is the right column and that its values are ` +
        'written as in the training rows.',
    )
}

/** The same for the splits of a dataset. */
export function datasetWarnings(manifest: Pick<DatasetManifest, 'unknownValues'>): string[] {
  return (['validation', 'test'] as const).flatMap((split) =>
    allUnknownWarnings(unknownShares(manifest, [split]), `the ${split} rows`),
  )
}

/** A share in a form for people: 0.4 % is not rounded to 0 %, and only all values are 100 %. */
export function shareText(share: number | null): string {
  if (share === null) return '–'
  const percent = 100 * share
  if (share > 0 && percent < 0.1) return '< 0.1 %'
  return share < 1 && percent > 99.9 ? '> 99.9 %' : formatPercent(share)
}
