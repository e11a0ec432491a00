/** What imports, samples and generated data have where nothing is chosen, in the window and on the command line. */
import { minimumOf } from '../model/extremes.ts'
import type {
  ColumnChoice,
  FilePreview,
  GenerateRequest,
  gaussianIndices,
  SampleOptions,
  SplitChoice,
} from './datasets.ts'
import type { z } from 'zod'

/** Names of times that are not the row's own, such as when a user was born or an item was published. */
const TIME_OF_SOMETHING_ELSE =
  /birth|(^|[_.-])(dob|regist|sign_?up|join|creat|updat|modif|publish|release|expir|launch|install|first|last|end)/i

/** The column by which rows are divided where nothing is chosen: that of the row's own time. */
export function mainTimeColumn(columns: readonly Pick<ColumnChoice, 'name' | 'role'>[]): string | undefined {
  const times = columns.filter(({ role }) => role === 'time').map(({ name }) => name)
  return times.find((name) => !TIME_OF_SOMETHING_ELSE.test(name)) ?? times[0]
}

/** As defaultSplit, but by time if there is a column of times, because a model predicts what comes after its training. */
export function defaultSplitOf(
  format: FilePreview['format'],
  columns: readonly Pick<ColumnChoice, 'name' | 'role'>[],
): SplitChoice & { kind: 'tail' | 'ratio' | 'time' } {
  const { validation, test, ...others } = defaultSplit(format)
  const column = mainTimeColumn(columns)
  return column === undefined ? { validation, test, ...others } : { kind: 'time', column, validation, test }
}

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
