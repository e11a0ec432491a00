/** The columns that a document is bound to, which are a dataset's features or a reference case's. */
export interface BoundColumns {
  dense: string[]
  /** meanValues is the mean number of indices in a row, for cost estimates; 1 if absent. */
  sparse: { name: string; cardinality: number; multiValued: boolean; meanValues?: number }[]
}
