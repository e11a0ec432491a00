/** One rule that sets the dimension and the rows of the tables of all columns of a dataset. */
import type { BoundColumns } from '../document.ts'
import type { EmbeddingNode } from '../kinds/embedding-schema.ts'
import { mixedDimensions } from '../mixed-dimensions.ts'

export interface ColumnRule {
  /**
   * same: `dimension` for every table. root: by the column's size. mixed: narrower tables for larger columns, projected
   * to `dimension`.
   */
  widths: 'same' | 'root' | 'mixed'
  dimension: number
  /** For root: width = factor · values^¼. */
  factor: number
  /** For mixed: 0 gives all tables the same width, 1 narrows them in proportion to their size. */
  temperature: number
  /** Columns with more values are hashed to this many rows; undefined hashes none. */
  hashTo: number | undefined
}

/** The factor is from Wang et al. 2017 (Deep & Cross Network, section 4.1), the temperature from Ginart et al. 2019. */
export const DEFAULT_RULE: ColumnRule = {
  widths: 'same',
  dimension: 16,
  factor: 6,
  temperature: 0.3,
  hashTo: undefined,
}

type TableSize = Pick<EmbeddingNode, 'dimension' | 'tableDimension' | 'compression'>

/** The sizes of the columns' tables, in the columns' order. */
export function tableSizes(columns: BoundColumns['sparse'], rule: ColumnRule): TableSize[] {
  const { widths, dimension, factor, temperature, hashTo } = rule
  const rows = columns.map(({ cardinality }) => Math.max(1, Math.min(cardinality, hashTo ?? Infinity)))
  const mixed = widths === 'mixed' ? mixedDimensions(rows, dimension, temperature, true) : []
  return columns.map(({ cardinality }, at): TableSize => {
    const own = Math.min(mixed[at] ?? dimension, dimension)
    return {
      dimension: widths === 'root' ? Math.max(1, Math.round(factor * cardinality ** 0.25)) : dimension,
      ...(own !== dimension && { tableDimension: own }),
      compression:
        hashTo !== undefined && cardinality > hashTo ? { kind: 'hash', rows: hashTo } : { kind: 'none' },
    }
  })
}
