import { StudioError } from '../contract/errors.ts'
import type { DatasetManifest } from '../contract/manifest.ts'

/**
 * A model's inputs have the same meaning only if both datasets encode values in the same way. Throws InvalidArgument
 * naming the first of the `needed` columns that `other` does not have, or has in another encoding.
 */
export function requireSameEncoding(own: DatasetManifest, other: DatasetManifest, needed: string[]): void {
  for (const name of needed) {
    const wanted = encodingOf(own, name)
    const found = encodingOf(other, name)
    if (found === null) throw unlike(other, name, 'has no such column')
    if (found !== wanted) throw unlike(other, name, 'encodes its values differently')
  }
}

/** Equal texts mean equal numbers for equal values. */
function encodingOf(manifest: DatasetManifest, name: string): string | null {
  const columnIndex = manifest.columns.findIndex((column) => column.name === name)
  const column = manifest.columns[columnIndex]
  if (!column) return null
  if (column.role === 'dense') {
    const { role, transform, missing, mean, standardDeviation, median } = column
    const moments = transform === 'standard' ? [mean, standardDeviation] : []
    return JSON.stringify([role, transform, missing, moments, missing === 'median' ? median : null])
  }
  const { role, type, encoding, cardinality } = column
  const vocabulary = manifest.files.find(({ path }) => path === `vocabulary-${columnIndex}.jsonl`)
  return JSON.stringify([role, type, encoding, cardinality, vocabulary?.sha256])
}

function unlike({ name }: DatasetManifest, column: string, what: string): StudioError {
  return new StudioError(
    'InvalidArgument',
    `The run's dataset has the column ${column}; ${name} ${what}. ` +
      "Give the file that it was imported from instead: its rows are encoded as the run's dataset was.",
    { column },
  )
}
