/** Creates a document for a model that is described by the flags of dlrm_s_pytorch.py. */
import type { BoundColumns, ModelDocument, ModelNode } from './document.ts'
import { dlrmNodes } from './presets/dlrm.ts'
import { documentOf, loss } from './presets/preset-nodes.ts'
import { maximumOf } from './extremes.ts'

export interface ReferenceArchitecture {
  sparseFeatureSize: number
  columns: BoundColumns
  /** Tables with more rows are hashed to this many; null or absent hashes none. */
  maxRows?: number | null
  /** Widths of the layers. */
  bottom: number[]
  /** Widths of the layers. The interaction's width is not among them. */
  top: number[]
  interaction: 'dot' | 'cat'
  includeSelf: boolean
  /** 'fixed' weights are all ones and have no effect. */
  weightedPooling: 'fixed' | 'learned' | null
  quotientRemainder: { operation: 'mult' | 'add' | 'concat'; collisions: number; threshold: number } | null
  /** The width of each table. Tables of at most `threshold` rows have the largest width. */
  mixedDimensions: { widths: number[]; threshold: number } | null
  loss: keyof typeof losses
  /** The weights of label 0 and label 1, which only the loss wbce has. */
  lossWeights: [number, number]
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

/** The losses by the reference's names. */
const losses = { mse: 'mse', bce: 'bce', wbce: 'weightedBce' } as const

export function referenceModel(architecture: ReferenceArchitecture): ReferenceModel {
  const { columns, bottom, top, interaction, includeSelf } = architecture
  const tables = columns.sparse.map(({ name, cardinality }, index) =>
    table(architecture, name, cardinality, index),
  )
  const shape = { bottom, top, interaction, includeSelf, activation: 'relu', dropout: 0 } as const
  const nodes = dlrmNodes(columns, tables, shape)
  const end = loss('top_l', {
    loss: losses[architecture.loss],
    clamp: architecture.lossThreshold,
    ...(architecture.loss === 'wbce' && { weights: architecture.lossWeights }),
  })
  return { document: documentOf('DLRM', [...nodes, end]), columns }
}

function table(
  architecture: ReferenceArchitecture,
  column: string,
  cardinality: number,
  index: number,
): ModelNode {
  const { quotientRemainder: pair, mixedDimensions: mixed, sparseFeatureSize, maxRows } = architecture
  const rows = Math.min(cardinality, maxRows ?? Infinity)
  const paired = pair !== null && rows > pair.threshold
  const base = mixed ? maximumOf(mixed.widths) : sparseFeatureSize
  const own = mixed && rows > mixed.threshold ? (mixed.widths[index] ?? base) : base
  return {
    id: `emb_l.${index}`,
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
