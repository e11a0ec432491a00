/** A node in words, as the drawing and the table of layers show it. */
import type { BoundColumns, ModelNode, NodeKind } from '../../../../main/model/document.ts'
import { formatBytes, formatCount } from '../../../ui/units.ts'

export const kindNames: Record<NodeKind, string> = {
  denseInput: 'Dense input',
  embedding: 'Embedding',
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

/** What nodes of a kind are for, which gives them their colour. */
export type NodeFamily = 'input' | 'table' | 'layers' | 'meeting' | 'end'

export function familyOf(kind: NodeKind): NodeFamily {
  switch (kind) {
    case 'denseInput':
      return 'input'
    case 'embedding':
    case 'linearTerm':
      return 'table'
    case 'mlp':
    case 'cross':
    case 'bias':
    case 'activation':
      return 'layers'
    case 'dotInteraction':
    case 'concat':
    case 'sum':
    case 'factorizationMachine':
      return 'meeting'
    case 'loss':
      return 'end'
  }
}

const activationNames = {
  none: 'linear',
  relu: 'ReLU',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  gelu: 'GELU',
}
const lossNames = { bce: 'binary cross-entropy', weightedBce: 'weighted cross-entropy', mse: 'squared error' }
const crossNames = { v1: 'vector weights', v2: 'matrix weights', v2LowRank: 'low rank' }

/** The settings that matter most, in one line. */
export function detailOf(node: ModelNode, columns: BoundColumns | null): string {
  switch (node.kind) {
    case 'denseInput':
      return counted(node.columns.length, 'column')
    case 'embedding':
      return tableText(node, columns)
    case 'mlp': {
      const dropout = node.dropout > 0 ? `, dropout ${node.dropout}` : ''
      const last =
        node.outputActivation === node.activation ? '' : `, ${activationNames[node.outputActivation]}`
      const hidden = node.widths.length > 1 || last === '' ? `, ${activationNames[node.activation]}` : ''
      return `${node.widths.join('-')}${hidden}${last}${dropout}`
    }
    case 'dotInteraction':
      return `${counted(node.inputs.vectors.length, 'vector')}${node.includeSelf ? ', self-products' : ''}`
    case 'concat':
    case 'sum':
    case 'factorizationMachine':
      return counted(node.inputs.vectors.length, 'input')
    case 'cross':
      return `${counted(node.layers, 'layer')}, ${crossNames[node.version]}${node.rank ? ` ${node.rank}` : ''}`
    case 'linearTerm':
      return counted(node.columns.length, 'column')
    case 'bias':
      return 'one learned constant'
    case 'activation':
      return activationNames[node.activation]
    case 'loss':
      return lossNames[node.loss]
  }
}

type Embedding = Extract<ModelNode, { kind: 'embedding' }>

/** Values the column has, or rows it is hashed to; null where no dataset tells. */
export function tableRows(node: Embedding, columns: BoundColumns | null): number | null {
  if (node.compression.kind === 'hash') return node.compression.rows
  return columns?.sparse.find((column) => column.name === node.column)?.cardinality ?? null
}

function tableText(node: Embedding, columns: BoundColumns | null): string {
  const rows = tableRows(node, columns)
  const size = `${rows === null ? '?' : formatCount(rows)} × ${node.tableDimension ?? node.dimension}`
  const { compression } = node
  return [
    size,
    node.pooling,
    compression.kind === 'hash' && 'hashed',
    compression.kind === 'quotientRemainder' && `quotient-remainder ${compression.collisions}`,
    node.rowWeights === 'learned' && 'weighted',
    node.tableDimension !== undefined && `to ${node.dimension}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** Parameters and their bytes, where they are known. */
export function sizeText({ parameters, bytes }: { parameters: number | null; bytes: number | null }): string {
  if (parameters === null) return 'size unknown'
  return parameters === 0 ? 'no parameters' : `${formatCount(parameters)} params · ${formatBytes(bytes)}`
}

/** What goes before sums of which a part is not known. */
export const leastSign = ({ complete }: { complete: boolean }) => (complete ? '' : '≥ ')

export const counted = (count: number, noun: string) =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
