/** Lowers an embedding to operations of the plan: lookups, and operations that combine and project their vectors. */
import type { IndexMap, Pooling } from '../../../native/generated/engine.ts'
import { ones, pairInitializer, projectionInitializer, tableInitializer } from '../initializers.ts'
import type { ParameterIndex, ValueIndex } from '../plan-values.ts'
import type { ConcatOperation } from './concat.ts'
import type { EmbeddingNode } from './embedding-schema.ts'
import type { LinearOperation } from './mlp.ts'
import type { Lowering } from './node.ts'
import type { SumOperation } from './sum.ts'

/**
 * Pools table rows [rows, dim] of each bag; an empty bag gives zeros. rowWeights: learned [rows]; with a quotient or
 * remainder map [cardinality], by the index itself, and the same for both halves of a pair.
 */
export interface EmbeddingBagOperation {
  kind: 'embeddingBag'
  column: number
  table: ParameterIndex
  rowWeights: ParameterIndex | null
  pooling: Pooling
  indexMap: IndexMap
  output: ValueIndex
}

/** Whether an operation reads rows of a table. They come first in a plan, and backends run all of them in one call. */
export const isLookup = <Operation extends { kind: string }>(
  operation: Operation,
): operation is Extract<Operation, EmbeddingBagOperation> => operation.kind === 'embeddingBag'

/** The elementwise product of two values. */
export interface MultiplyOperation {
  kind: 'multiply'
  inputs: [ValueIndex, ValueIndex]
  output: ValueIndex
}

/** Rows of the quotient table and of the remainder table. Every index below `cardinality` has its own pair. */
function pairRows(cardinality: number, collisions: number): { quotient: number; remainder: number } {
  return { quotient: Math.ceil(cardinality / collisions), remainder: collisions }
}

export function lowerEmbedding(builder: Lowering, node: EmbeddingNode): ValueIndex {
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
  return builder.add<LinearOperation>(node.id, node.id, node.dimension, {
    kind: 'linear',
    input: pooled,
    weight,
    bias: null,
    activation: 'none',
  })
}

function lowerPlain(builder: Lowering, node: EmbeddingNode, name: string, width: number): ValueIndex {
  const { columnIndex, cardinality } = builder.sparseColumn(node.column)
  const hashed = node.compression.kind === 'hash' ? node.compression.rows : null
  const rows = hashed ?? cardinality
  const suffix = node.tableDimension === undefined ? 'weight' : 'embs.weight'
  const initial = tableInitializer(rows)
  const table = builder.table(columnIndex, `${node.id}.${suffix}`, [rows, width], initial, node.untrainedRows)
  const indexMap: IndexMap = hashed === null ? { kind: 'identity' } : { kind: 'hash', rows: hashed }
  const rowWeights = learnedWeights(builder, node, columnIndex, rows)
  return lookup(builder, node, name, width, columnIndex, table, rowWeights, indexMap)
}

function lowerPair(
  builder: Lowering,
  node: EmbeddingNode,
  { collisions, operation }: Extract<EmbeddingNode['compression'], { kind: 'quotientRemainder' }>,
  name: string,
  width: number,
): ValueIndex {
  const { columnIndex, cardinality } = builder.sparseColumn(node.column)
  const rows = pairRows(cardinality, collisions)
  const tableWidth = operation === 'concat' ? width / 2 : width
  const initial = pairInitializer(cardinality, operation)
  const rowWeights = learnedWeights(builder, node, columnIndex, cardinality)
  const half = (which: 'quotient' | 'remainder', letter: 'q' | 'r') => {
    const shape = [rows[which], tableWidth]
    const table = builder.table(
      columnIndex,
      `${node.id}.weight_${letter}`,
      shape,
      initial,
      node.untrainedRows,
    )
    const indexMap: IndexMap = { kind: which, divisor: collisions }
    return lookup(builder, node, `${node.id}.${which}`, tableWidth, columnIndex, table, rowWeights, indexMap)
  }
  const inputs: [ValueIndex, ValueIndex] = [half('quotient', 'q'), half('remainder', 'r')]
  if (operation === 'mult')
    return builder.add<MultiplyOperation>(node.id, name, width, { kind: 'multiply', inputs })
  if (operation === 'add') return builder.add<SumOperation>(node.id, name, width, { kind: 'sum', inputs })
  return builder.add<ConcatOperation>(node.id, name, width, { kind: 'concat', inputs })
}

function lookup(
  builder: Lowering,
  { id, pooling }: EmbeddingNode,
  name: string,
  width: number,
  column: number,
  table: ParameterIndex,
  rowWeights: ParameterIndex | null,
  indexMap: IndexMap,
): ValueIndex {
  return builder.add<EmbeddingBagOperation>(id, name, width, {
    kind: 'embeddingBag',
    column,
    table,
    rowWeights,
    pooling,
    indexMap,
  })
}

function learnedWeights(
  builder: Lowering,
  node: EmbeddingNode,
  column: number,
  rows: number,
): ParameterIndex | null {
  if (node.rowWeights === 'none') return null
  return builder.table(column, rowWeightsName(node.id), [rows], ones, node.untrainedRows)
}

/** The reference's name if the node has the reference's id. */
function rowWeightsName(id: string): string {
  const columnIndex = /^emb_l\.(\d+)$/.exec(id)?.[1]
  return columnIndex === undefined ? `${id}.row_weights` : `v_W_l.${columnIndex}`
}
