/** Embedding and first-order nodes as plan operations. */
import type { ModelNode } from './document.ts'
import { ones, pairInitializer, projectionInitializer, tableInitializer, zeros } from './initializers.ts'
import type { PlanBuilder } from './plan-builder.ts'
import type { IndexMap, ParameterIndex, ValueIndex } from './plan-types.ts'

type Embedding = Extract<ModelNode, { kind: 'embedding' }>
type LinearTerm = Extract<ModelNode, { kind: 'linearTerm' }>

/** Rows of the quotient and of the remainder table: every index below `cardinality` has its pair. */
export function pairRows(cardinality: number, collisions: number): { quotient: number; remainder: number } {
  return { quotient: Math.ceil(cardinality / collisions), remainder: collisions }
}

export function lowerEmbedding(builder: PlanBuilder, node: Embedding): ValueIndex {
  const width = node.tableDimension ?? node.dimension
  const projected = width !== node.dimension
  const name = projected ? `${node.id}.pooled` : node.id
  const pooled =
    node.compression.kind === 'quotientRemainder'
      ? lowerPair(builder, node, node.compression, name, width)
      : lowerPlain(builder, node, name, width)
  if (!projected) return pooled
  const weight = builder.weight(
    `${node.id}.proj.weight`,
    [node.dimension, width],
    projectionInitializer(node.dimension, width),
  )
  const layer = { kind: 'linear', input: pooled, weight, bias: null, activation: 'none' } as const
  return builder.add(node.id, node.id, node.dimension, layer)
}

function lowerPlain(builder: PlanBuilder, node: Embedding, name: string, width: number): ValueIndex {
  const { place, cardinality } = builder.sparseColumn(node.column)
  const hashed = node.compression.kind === 'hash' ? node.compression.rows : null
  const rows = hashed ?? cardinality
  const suffix = node.tableDimension === undefined ? 'weight' : 'embs.weight'
  const initial = tableInitializer(rows)
  const table = builder.table(place, `${node.id}.${suffix}`, [rows, width], initial, node.untrainedRows)
  const indexMap: IndexMap = hashed === null ? { kind: 'identity' } : { kind: 'hash', rows: hashed }
  const rowWeights = learnedWeights(builder, node, place, rows)
  return lookup(builder, node, name, width, place, table, rowWeights, indexMap)
}

function lowerPair(
  builder: PlanBuilder,
  node: Embedding,
  { collisions, operation }: Extract<Embedding['compression'], { kind: 'quotientRemainder' }>,
  name: string,
  width: number,
): ValueIndex {
  const { place, cardinality } = builder.sparseColumn(node.column)
  const rows = pairRows(cardinality, collisions)
  const part = operation === 'concat' ? width / 2 : width
  const initial = pairInitializer(cardinality, operation)
  const rowWeights = learnedWeights(builder, node, place, cardinality)
  const half = (which: 'quotient' | 'remainder', letter: 'q' | 'r') => {
    const shape = [rows[which], part]
    const table = builder.table(place, `${node.id}.weight_${letter}`, shape, initial, node.untrainedRows)
    const indexMap: IndexMap = { kind: which, divisor: collisions }
    return lookup(builder, node, `${node.id}.${which}`, part, place, table, rowWeights, indexMap)
  }
  const inputs: [ValueIndex, ValueIndex] = [half('quotient', 'q'), half('remainder', 'r')]
  const kind = ({ mult: 'multiply', add: 'sum', concat: 'concat' } as const)[operation]
  return builder.add(node.id, name, width, { kind, inputs })
}

function lookup(
  builder: PlanBuilder,
  node: Embedding,
  name: string,
  width: number,
  column: number,
  table: ParameterIndex,
  rowWeights: ParameterIndex | null,
  indexMap: IndexMap,
): ValueIndex {
  const operation = {
    kind: 'embeddingBag',
    column,
    table,
    rowWeights,
    pooling: node.pooling,
    indexMap,
  } as const
  return builder.add(node.id, name, width, operation)
}

function learnedWeights(
  builder: PlanBuilder,
  node: Embedding,
  column: number,
  rows: number,
): ParameterIndex | null {
  if (node.rowWeights === 'none') return null
  return builder.table(column, rowWeightsName(node.id), [rows], ones, node.untrainedRows)
}

/** The reference's name where the node has the reference's id. */
export function rowWeightsName(id: string): string {
  const place = /^emb_l\.(\d+)$/.exec(id)?.[1]
  return place === undefined ? `${id}.row_weights` : `v_W_l.${place}`
}

/** Σ of one learned weight a value of each column, and of one weight a dense feature; all start at zero. */
export function lowerLinearTerm(
  builder: PlanBuilder,
  node: LinearTerm,
  dense: ValueIndex | undefined,
  denseWidth: number,
): ValueIndex {
  const parts = node.columns.length + (dense === undefined ? 0 : 1)
  const nameOf = (part: string) => (parts === 1 ? node.id : `${node.id}.${part}`)
  const terms = node.columns.map((name) => {
    const { place, cardinality } = builder.sparseColumn(name)
    const shape = [cardinality, 1]
    const table = builder.table(place, `${node.id}.columns.${name}.weight`, shape, zeros, node.untrainedRows)
    const operation = {
      kind: 'embeddingBag',
      column: place,
      table,
      rowWeights: null,
      pooling: 'sum',
      indexMap: { kind: 'identity' },
    } as const
    return builder.add(node.id, nameOf(`columns.${name}`), 1, operation)
  })
  if (dense !== undefined) {
    const weight = builder.weight(`${node.id}.dense.weight`, [1, denseWidth], zeros)
    const layer = { kind: 'linear', input: dense, weight, bias: null, activation: 'none' } as const
    terms.push(builder.add(node.id, nameOf('dense'), 1, layer))
  }
  const [only] = terms
  if (terms.length === 1 && only !== undefined) return only
  return builder.add(node.id, node.id, 1, { kind: 'sum', inputs: terms })
}
