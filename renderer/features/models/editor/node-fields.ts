/** The settings of each kind of node as the inspector shows them, and how a changed one gets into the node. */
import {
  modelNode,
  type BoundColumns,
  type ModelNode,
  type NodeKind,
} from '../../../../main/model/document.ts'
import { assign } from '../../../../main/model/assign-setting.ts'
import type { NumberLimits } from '../../../ui/number-text.ts'

interface FieldBase {
  /** Path in the node. */
  path: string
  name: string
  hint: string
}

export type NodeField = FieldBase &
  (
    | { control: 'number'; limits: NumberLimits; unit?: string }
    | { control: 'optionalNumber'; limits: NumberLimits; placeholder: string }
    | { control: 'choice'; options: readonly { value: string; text: string }[] }
    | { control: 'check' }
    | { control: 'widths' }
    | { control: 'column' }
    | { control: 'columns'; of: 'dense' | 'sparse' }
  )

const ROWS: NumberLimits = { integer: true, minimum: 1, maximum: 2 ** 31 }
const WIDTH: NumberLimits = { integer: true, minimum: 1, maximum: 65_536 }
const activations = [
  { value: 'none', text: 'None' },
  { value: 'relu', text: 'ReLU' },
  { value: 'sigmoid', text: 'Sigmoid' },
  { value: 'tanh', text: 'Tanh' },
  { value: 'gelu', text: 'GELU' },
]

export function fieldsOf(node: ModelNode): NodeField[] {
  switch (node.kind) {
    case 'denseInput':
      return [
        { path: 'columns', name: 'Columns', hint: 'Read in this order.', control: 'columns', of: 'dense' },
      ]
    case 'embedding':
      return embeddingFields(node)
    case 'mlp':
      return [
        {
          path: 'widths',
          name: 'Layers',
          hint: 'Output width of each layer, as 512-256-1.',
          control: 'widths',
        },
        {
          ...{ path: 'activation', name: 'Activation', hint: 'After each layer but the last.' },
          ...{ control: 'choice', options: activations },
        },
        {
          ...{ path: 'outputActivation', name: 'Output activation', hint: 'After the last layer.' },
          ...{ control: 'choice', options: activations },
        },
        {
          ...{
            path: 'dropout',
            name: 'Dropout',
            hint: 'Share of values left out of a hidden layer in training.',
          },
          ...{ control: 'number', limits: { minimum: 0, maximum: 0.99 }, unit: '0 to 1' },
        },
        { path: 'bias', name: 'Bias', hint: 'A learned number is added to each output.', control: 'check' },
      ]
    case 'dotInteraction':
      return [
        {
          ...{ path: 'includeSelf', name: 'With themselves', control: 'check' },
          hint: 'Each vector’s product with itself as well.',
        },
        {
          ...{ path: 'keepFirst', name: 'Keep the first vector', control: 'check' },
          hint: 'Puts it in front of the products, as DLRM does.',
        },
      ]
    case 'cross':
      return crossFields(node)
    case 'linearTerm':
      return [
        {
          ...{ path: 'columns', name: 'Columns', control: 'columns', of: 'sparse' },
          hint: 'Those whose values get a weight.',
        },
      ]
    case 'activation':
      return [
        {
          ...{ path: 'activation', name: 'Activation', hint: 'What each value goes through.' },
          ...{ control: 'choice', options: activations },
        },
      ]
    case 'loss':
      return lossFields(node)
    case 'concat':
    case 'sum':
    case 'factorizationMachine':
    case 'bias':
      return []
  }
}

type NodeOf<Kind extends NodeKind> = Extract<ModelNode, { kind: Kind }>

const hashFields: NodeField[] = [
  {
    ...{ path: 'compression.rows', name: 'Rows', hint: 'Values are spread over so many rows.' },
    ...{ control: 'number', limits: ROWS, unit: 'rows' },
  },
]
const quotientFields: NodeField[] = [
  {
    ...{ path: 'compression.collisions', name: 'Collisions' },
    hint: 'Values that share a row of the quotient’s table.',
    ...{ control: 'number', limits: ROWS },
  },
  {
    ...{ path: 'compression.operation', name: 'Joined by', hint: 'How the two vectors become one.' },
    control: 'choice',
    options: choices({ mult: 'Product', add: 'Sum', concat: 'Concatenation' }),
  },
]

function embeddingFields({ compression }: NodeOf<'embedding'>): NodeField[] {
  return [
    { path: 'column', name: 'Column', hint: 'Whose values have a vector each.', control: 'column' },
    {
      ...{ path: 'dimension', name: 'Dimension', hint: 'Width of the output.' },
      ...{ control: 'number', limits: WIDTH, unit: 'values' },
    },
    {
      ...{ path: 'tableDimension', name: 'Dimension of the table', placeholder: 'the same' },
      hint: 'Narrower tables are projected to the dimension.',
      ...{ control: 'optionalNumber', limits: WIDTH },
    },
    {
      ...{ path: 'pooling', name: 'Pooling', hint: 'How several values of a row become one vector.' },
      ...{ control: 'choice', options: choices({ sum: 'Sum', mean: 'Mean' }) },
    },
    {
      ...{ path: 'rowWeights', name: 'Row weights', hint: 'Whether each row has a learned weight.' },
      ...{ control: 'choice', options: choices({ none: 'None', learned: 'Learned' }) },
    },
    {
      ...{ path: 'compression.kind', name: 'Compression', hint: 'How many values share few rows.' },
      control: 'choice',
      options: choices({ none: 'None', hash: 'Hashing', quotientRemainder: 'Quotient and remainder' }),
    },
    ...(compression.kind === 'hash' ? hashFields : []),
    ...(compression.kind === 'quotientRemainder' ? quotientFields : []),
  ]
}

const rankField: NodeField = {
  ...{ path: 'rank', name: 'Rank', hint: 'Width of the two thin matrices.' },
  ...{ control: 'number', limits: WIDTH },
}

function crossFields({ version }: NodeOf<'cross'>): NodeField[] {
  return [
    {
      ...{ path: 'version', name: 'Version', hint: 'A vector (DCN), a matrix, or two thin ones a layer.' },
      control: 'choice',
      options: choices({ v1: 'v1, a vector', v2: 'v2, a matrix', v2LowRank: 'v2, low rank' }),
    },
    {
      ...{ path: 'layers', name: 'Layers', hint: 'How often the input is multiplied in.' },
      ...{ control: 'number', limits: { integer: true, minimum: 1, maximum: 100 } },
    },
    ...(version === 'v2LowRank' ? [rankField] : []),
  ]
}

const weightField = (label: 0 | 1): NodeField => ({
  ...{ path: `weights.${label}`, name: `Weight of label ${label}` },
  hint: `On the loss of rows labelled ${label}.`,
  ...{ control: 'number', limits: { minimum: 0 } },
})

function lossFields({ loss }: NodeOf<'loss'>): NodeField[] {
  return [
    {
      ...{ path: 'loss', name: 'Loss', hint: 'For labels of 0 and 1: cross-entropy.' },
      control: 'choice',
      options: choices({ bce: 'Cross-entropy', weightedBce: 'Weighted cross-entropy', mse: 'Squared error' }),
    },
    {
      ...{ path: 'clamp', name: 'Clamp', hint: 'Keeps predictions so far from 0 and 1. 0 = off.' },
      ...{ control: 'number', limits: { minimum: 0, maximum: 0.499 } },
    },
    ...(loss === 'weightedBce' ? [weightField(0), weightField(1)] : []),
  ]
}

function choices(texts: Record<string, string>): { value: string; text: string }[] {
  return Object.entries(texts).map(([value, text]) => ({ value, text }))
}

/** The value at a field's path. */
export function valueAt(node: ModelNode, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], node)
}

/** The node with a value changed; null where the schema does not take it. */
export function withValue(node: ModelNode, path: string, value: unknown): ModelNode | null {
  const parsed = modelNode.safeParse(withCompanions(changed(node, path, value)))
  return parsed.success ? parsed.data : null
}

function changed(node: ModelNode, path: string, value: unknown): Record<string, unknown> {
  if (path.startsWith('weights.') && node.kind === 'loss') {
    const weights = [...(node.weights ?? [1, 1])]
    weights[Number(path.slice(-1))] = Number(value)
    return { ...node, weights }
  }
  if (path === 'compression.kind') return { ...node, compression: compressionOf(value) }
  if (value === undefined) return Object.fromEntries(Object.entries(node).filter(([name]) => name !== path))
  return assign({ ...node }, { path: path.split('.'), value })
}

function compressionOf(kind: unknown): Record<string, unknown> {
  if (kind === 'hash') return { kind, rows: 10_000 }
  return kind === 'quotientRemainder' ? { kind, collisions: 4, operation: 'mult' } : { kind }
}

/** Settings that go only with certain values of others come and go with these. */
function withCompanions(node: Record<string, unknown>): Record<string, unknown> {
  if (node.kind === 'cross') {
    const { rank = 32, ...rest } = node
    return node.version === 'v2LowRank' ? { ...rest, rank } : rest
  }
  if (node.kind === 'loss') {
    const { weights = [1, 1], ...rest } = node
    return node.loss === 'weightedBce' ? { ...rest, weights } : rest
  }
  return node
}

/** Names to choose from for a column field, with the one the node has. */
export function columnNames(columns: BoundColumns | null, of: 'dense' | 'sparse', own: string[]): string[] {
  const known = of === 'dense' ? (columns?.dense ?? []) : (columns?.sparse.map(({ name }) => name) ?? [])
  return [...new Set([...known, ...own])]
}
