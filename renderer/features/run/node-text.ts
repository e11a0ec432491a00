import type { ModelNode, NodeKind } from '../../../main/model/document.ts'
import { formatExact } from '../../ui/units.ts'

export const nodeKindNames: Record<NodeKind, string> = {
  denseInput: 'Dense input',
  embedding: 'Embedding table',
  mlp: 'MLP',
  dotInteraction: 'Dot interaction',
  concat: 'Concatenation',
  sum: 'Sum',
  cross: 'Cross layers',
  factorizationMachine: 'Factorization machine',
  linearTerm: 'Linear term',
  bias: 'Bias',
  activation: 'Activation',
  loss: 'Loss',
}

const losses = {
  bce: 'binary cross-entropy',
  weightedBce: 'weighted binary cross-entropy',
  mse: 'squared error',
}

/** A node's own settings in a few words. */
export function nodeText(node: ModelNode): string {
  switch (node.kind) {
    case 'denseInput':
      return `${node.columns.length} columns`
    case 'embedding': {
      const { compression } = node
      const table = `${node.column}, dimension ${node.tableDimension ?? node.dimension}, ${node.pooling}`
      if (compression.kind === 'hash') return `${table}, hashed to ${formatExact(compression.rows)} rows`
      if (compression.kind === 'none') return table
      return `${table}, quotient-remainder (${compression.operation}), ${formatExact(compression.collisions)} collisions`
    }
    case 'mlp':
      return `${node.widths.join('-')}, ${node.activation}, ends in ${node.outputActivation}`
    case 'dotInteraction':
      return node.includeSelf ? 'with self-interaction' : 'without self-interaction'
    case 'cross':
      return `${node.layers} layers, ${node.version}${node.rank ? ` of rank ${node.rank}` : ''}`
    case 'linearTerm':
      return `${node.columns.length} columns`
    case 'activation':
      return node.activation
    case 'loss':
      return losses[node.loss]
    case 'concat':
    case 'sum':
    case 'factorizationMachine':
      return `of ${node.inputs.vectors.length} vectors`
    case 'bias':
      return ''
  }
}
