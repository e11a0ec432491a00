/** The columns that a document is bound to: a dataset's features, or a reference case's. */
export interface BoundColumns {
  dense: string[]
  /** meanValues: mean number of indices a row, for cost estimates; 1 if absent. */
  sparse: { name: string; cardinality: number; multiValued: boolean; meanValues?: number }[]
}
