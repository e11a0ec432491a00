import type { ColumnChoice, PreviewRequest, SplitChoice } from '../../contract/datasets.ts'
import type { Layout } from '../sniffing/layout.ts'

/** How the files of a dataset that many people use are imported. */
export interface Recipe {
  /** What is known of the text. The rest is detected. */
  reading?: Partial<Omit<PreviewRequest, 'file' | 'recipe'>>
  /** Every column of a file, in file order; null if the file is another one. */
  columns: (layout: Pick<Layout, 'names' | 'header' | 'format' | 'hints'>) => ColumnChoice[] | null
  /** Without it, as for any other file. */
  split?: SplitChoice
  /** What a file must have, as the end of a sentence. */
  needs: string
}

/** The role of each column by its name; null if the file lacks a named one. Other columns have the role `other`. */
export function byName(
  names: readonly string[],
  known: readonly ColumnChoice[],
  other?: (name: string) => ColumnChoice,
): ColumnChoice[] | null {
  const choices = new Map(known.map((choice) => [choice.name, choice]))
  if (known.some(({ name }) => !names.includes(name))) return null
  return names.map((name) => choices.get(name) ?? other?.(name) ?? { name, role: 'ignore' })
}
