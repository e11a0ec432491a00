import type { BoundColumns } from '../../main/model/document.ts'

/** The columns of a dataset that gives a DLRM this many tables of a hundred rows. */
export const sampleColumns = (tables: number): BoundColumns => ({
  dense: ['age', 'price'],
  sparse: Array.from({ length: tables }, (_, at) => ({
    name: `c${at}`,
    cardinality: 100,
    multiValued: false,
  })),
})
