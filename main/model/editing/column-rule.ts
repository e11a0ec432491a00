/** How wide and how long the tables of a dataset's columns are to be, told by one rule for all of them. */
import type { BoundColumns } from '../document.ts'
import type { EmbeddingNode } from '../kinds/embedding-schema.ts'
import { mixedDimensions } from '../mixed-dimensions.ts'

export interface ColumnRule {
  /** same: `dimension`. root: by the column's size. mixed: narrower tables for larger columns, projected to `dimension`. */
  widths: 'same' | 'root' | 'mixed'
  dimension: number
  /** Of root: width = factor · values^¼. */
  factor: number
  /** Of mixed: 0 makes all tables as wide, 1 narrows them with their size. */
  temperature: number
  /** Columns of more values are hashed to so many rows; undefined: none is. */
  hashTo: number | undefined
}

/** Factor: Wang et al. 2017 (Deep & Cross Network, section 4.1). Temperature: Ginart et al. 2019. */
export const DEFAULT_RULE: ColumnRule = {
  ...{ widths: 'same', dimension: 16, factor: 6, temperature: 0.3 },
  hashTo: undefined,
}

type TableSize = Pick<EmbeddingNode, 'dimension' | 'tableDimension' | 'compression'>

/** Sizes of the columns' tables, in the columns' order. */
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
