/** What imports, samples and generated data have where nothing is chosen, in the window and on the command line. */
import { minimumOf } from '../model/extremes.ts'
import type { FilePreview, GenerateRequest, gaussianIndices, SampleOptions, SplitChoice } from './datasets.ts'
import type { z } from 'zod'

/** 80 / 10 / 10. Criteo's rows are in order of time, so its last rows are the ones to predict. */
export function defaultSplit(format: FilePreview['format']): SplitChoice & { kind: 'tail' | 'ratio' } {
  const shares = { validation: 0.1, test: 0.1 }
  return format === 'criteo' ? { kind: 'tail', ...shares } : { kind: 'ratio', ...shares, seed: 0 }
}

/** Of criteo-synthetic. */
export const defaultSample = { rows: 200_000, seed: 0 } satisfies Omit<SampleOptions, 'name'>

/** Of synthetic-clicks, which trains in the time of MovieLens 100K. */
export const defaultClicks = { rows: 100_000, seed: 0 } satisfies Omit<SampleOptions, 'name'>

export const defaultGeneration = {
  rows: 100_000,
  denseColumns: 13,
  indicesPerLookup: 1,
  fixedIndices: false,
  seed: 0,
} satisfies Partial<GenerateRequest>

type Gaussian = z.infer<typeof gaussianIndices>

/** The given settings, and for the others a bell over the rows that every table has. */
export function gaussianOver(
  tableRows: readonly number[],
  given: { [Setting in Exclude<keyof Gaussian, 'kind'>]?: number | undefined },
): Gaussian {
  const { minimum = 0, maximum = minimumOf(tableRows) - 1 } = given
  const { mean = (minimum + maximum) / 2, deviation = (maximum - minimum) / 6 } = given
  return { kind: 'gaussian', minimum, maximum, mean, deviation }
}
