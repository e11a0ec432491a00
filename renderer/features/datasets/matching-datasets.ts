import type { DatasetSummary } from '../../../main/contract/datasets.ts'

/** Gives the datasets whose names or sources contain every word. */
export function matchingDatasets(datasets: readonly DatasetSummary[], text: string): DatasetSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return datasets.filter(({ name, source }) => {
    const searched = `${name} ${source}`.toLowerCase()
    return words.every((word) => searched.includes(word))
  })
}
