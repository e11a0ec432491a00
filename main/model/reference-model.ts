/** A model in the words of dlrm_s_pytorch.py, as a document. */
import type { BoundColumns, ModelDocument, ModelNode } from './document.ts'
import { dlrmNodes } from './presets/dlrm.ts'
import { documentOf, loss } from './presets/parts.ts'
import { maximumOf } from './extremes.ts'

export interface ReferenceArchitecture {
  sparseFeatureSize: number
  columns: BoundColumns
  /** Tables of more rows are hashed to so many; null or absent = none is. */
  maxRows?: number | null
  /** Widths of the layers. */
  bottom: number[]
  /** Widths of the layers; the interaction's width comes in front by itself. */
  top: number[]
  interaction: 'dot' | 'cat'
  includeSelf: boolean
  /** 'fixed' weights are all ones and change nothing. */
  weightedPooling: 'fixed' | 'learned' | null
  quotientRemainder: { operation: 'mult' | 'add' | 'concat'; collisions: number; threshold: number } | null
  /** Width of each table; tables of at most `threshold` rows have the widest one's. */
  mixedDimensions: { widths: number[]; threshold: number } | null
  loss: 'bce' | 'weightedBce' | 'mse'
  /** Of label 0 and label 1. */
  lossWeights: [number, number] | null
  lossThreshold: number
}

export interface ReferenceTraining {
  optimizer: 'sgd' | 'adagrad' | 'rowWiseAdagrad' | 'adam'
  learningRate: number
  schedule: { warmupSteps: number; decayStartStep: number; decaySteps: number }
}

export interface ReferenceModel {
  document: ModelDocument
  columns: BoundColumns
}

export const referenceOptimizers = {
  sgd: 'sgd',
  adagrad: 'adagrad',
  rwsadagrad: 'rowWiseAdagrad',
} as const

export const referenceLosses = { mse: 'mse', bce: 'bce', wbce: 'weightedBce' } as const

export function referenceModel(architecture: ReferenceArchitecture): ReferenceModel {
  const { columns, bottom, top, interaction, includeSelf } = architecture
  const tables = columns.sparse.map(({ name, cardinality }, place) =>
    table(architecture, name, cardinality, place),
  )
  const shape = { bottom, top, interaction, includeSelf, activation: 'relu', dropout: 0 } as const
  const nodes = dlrmNodes(columns, tables, shape)
  const end = loss('top_l', {
    loss: architecture.loss,
    clamp: architecture.lossThreshold,
    ...(architecture.lossWeights && { weights: architecture.lossWeights }),
  })
  return { document: documentOf('DLRM', [...nodes, end]), columns }
}

function table(
  architecture: ReferenceArchitecture,
  column: string,
  cardinality: number,
  place: number,
): ModelNode {
  const { quotientRemainder: pair, mixedDimensions: mixed, sparseFeatureSize, maxRows } = architecture
  const rows = Math.min(cardinality, maxRows ?? Infinity)
  const paired = pair !== null && rows > pair.threshold
  const base = mixed ? maximumOf(mixed.widths) : sparseFeatureSize
  const own = mixed && rows > mixed.threshold ? (mixed.widths[place] ?? base) : base
  return {
    id: `emb_l.${place}`,
    kind: 'embedding',
    column,
    dimension: paired && pair.operation === 'concat' ? 2 * base : base,
    ...(mixed && !paired && { tableDimension: own }),
    pooling: 'sum',
    rowWeights: architecture.weightedPooling === 'learned' ? 'learned' : 'none',
    // The reference reads every row as it is.
    untrainedRows: 'initial',
    compression: paired
      ? { kind: 'quotientRemainder', collisions: pair.collisions, operation: pair.operation }
      : rows < cardinality
        ? { kind: 'hash', rows }
        : { kind: 'none' },
  }
}
