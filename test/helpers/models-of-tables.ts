/** Models that are little more than tables, to place them on ranks. */
import {
  MODEL_FORMAT,
  MODEL_VERSION,
  type BoundColumns,
  type ModelDocument,
  type ModelNode,
} from '../../main/model/document.ts'
import { compilePlan } from '../../main/model/plan.ts'
import type { Plan } from '../../main/model/plan-types.ts'

type Embedding = Extract<ModelNode, { kind: 'embedding' }>

export interface TableOfModel extends Partial<Pick<Embedding, 'rowWeights' | 'compression'>> {
  /** The values of its column. */
  rows: number
  dimension: number
}

/** Tables t0, t1, … on columns c0, c1, …, all of which one small layer reads. */
export function modelOfTables(tables: readonly TableOfModel[]): {
  document: ModelDocument
  columns: BoundColumns
} {
  const embeddings = tables.map(
    ({ dimension, rowWeights = 'none', compression = { kind: 'none' } }, index): Embedding => ({
      id: `t${index}`,
      kind: 'embedding',
      column: `c${index}`,
      pooling: 'sum',
      dimension,
      rowWeights,
      compression,
    }),
  )
  const layer = { activation: 'relu', outputActivation: 'sigmoid', dropout: 0, bias: true } as const
  const nodes: ModelNode[] = [
    ...embeddings,
    { id: 'all', kind: 'concat', inputs: { vectors: embeddings.map(({ id }) => id) } },
    { id: 'top', kind: 'mlp', inputs: { input: ['all'] }, widths: [1], ...layer },
    { id: 'loss', kind: 'loss', inputs: { prediction: ['top'] }, loss: 'bce', clamp: 0 },
  ]
  const sparse = tables.map(({ rows }, index) => ({
    name: `c${index}`,
    cardinality: rows,
    multiValued: false,
  }))
  return {
    document: { format: MODEL_FORMAT, version: MODEL_VERSION, name: 'tables', nodes },
    columns: { dense: [], sparse },
  }
}

export function planOfTables(tables: readonly TableOfModel[]): Plan {
  const { document, columns } = modelOfTables(tables)
  return compilePlan(document, columns)
}
