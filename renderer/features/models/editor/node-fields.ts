/** The settings of each kind of node as the inspector shows them, and how a changed one gets into the node. */
import {
  DEFAULT_UNTRAINED_ROWS,
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
  /** Each node has a value of its own, as its column: it is not changed in several nodes at once. */
  own?: true
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
        {
          path: 'columns',
          name: 'Columns',
          hint: 'Numeric columns, in this order.',
          control: 'columns',
          of: 'dense',
          own: true,
        },
      ]
    case 'embedding':
      return embeddingFields(node)
    case 'mlp':
      return [
        {
          path: 'widths',
          name: 'Layers',
          hint: 'Width of each layer, e.g. 512-256-1.',
          control: 'widths',
        },
        {
          ...{ path: 'activation', name: 'Activation', hint: 'Applied after every layer except the last.' },
          ...{ control: 'choice', options: activations },
        },
        {
          ...{ path: 'outputActivation', name: 'Output activation', hint: 'Applied after the last layer.' },
          ...{ control: 'choice', options: activations },
        },
        {
          ...{
            path: 'dropout',
            name: 'Dropout',
            hint: 'Fraction of hidden values dropped during training.',
          },
          ...{ control: 'number', limits: { minimum: 0, maximum: 0.99 }, unit: '0 to 1' },
        },
        { path: 'bias', name: 'Bias', hint: 'Adds a learned bias to each output.', control: 'check' },
      ]
    case 'dotInteraction':
      return [
        {
          ...{ path: 'includeSelf', name: 'Include self-products', control: 'check' },
          hint: 'Also multiplies each vector by itself.',
        },
        {
          ...{ path: 'keepFirst', name: 'Keep the first vector', control: 'check' },
          hint: 'Placed before the products, as in DLRM.',
        },
      ]
    case 'cross':
      return crossFields(node)
    case 'linearTerm':
      return [
        {
          ...{ path: 'columns', name: 'Columns', control: 'columns', of: 'sparse', own: true },
          hint: 'Each value of these columns gets a learned weight.',
        },
        untrainedField,
      ]
    case 'activation':
      return [
        {
          ...{ path: 'activation', name: 'Activation', hint: 'Function applied to each value.' },
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
    ...{ path: 'compression.rows', name: 'Rows', hint: 'Values are hashed to this many rows.' },
    ...{ control: 'number', limits: ROWS, unit: 'rows' },
  },
]
const quotientFields: NodeField[] = [
  {
    ...{ path: 'compression.collisions', name: 'Collisions' },
    hint: 'Number of values that share a row of the quotient table.',
    ...{ control: 'number', limits: ROWS },
  },
  {
    ...{
      path: 'compression.operation',
      name: 'Combined by',
      hint: 'How the quotient and remainder vectors are combined.',
    },
    control: 'choice',
    options: choices({ mult: 'Product', add: 'Sum', concat: 'Concatenation' }),
  },
]

const untrainedField: NodeField = {
  ...{ path: 'untrainedRows', name: 'Untrained rows' },
  hint: 'What predictions read for values that training never saw.',
  control: 'choice',
  options: choices({ mean: 'Mean of the trained rows', zero: 'Zeros', initial: 'As initialised' }),
}

function embeddingFields({ compression }: NodeOf<'embedding'>): NodeField[] {
  return [
    { path: 'column', name: 'Column', hint: 'Column to embed.', control: 'column', own: true },
    {
      ...{ path: 'dimension', name: 'Dimension', hint: 'Width of the output vector.' },
      ...{ control: 'number', limits: WIDTH, unit: 'values' },
    },
    {
      ...{ path: 'tableDimension', name: 'Table dimension', placeholder: 'same as dimension' },
      hint: 'A narrower table is projected to the dimension.',
      ...{ control: 'optionalNumber', limits: WIDTH },
    },
    {
      ...{ path: 'pooling', name: 'Pooling', hint: 'How the vectors of a multi-valued column are combined.' },
      ...{ control: 'choice', options: choices({ sum: 'Sum', mean: 'Mean' }) },
    },
    {
      ...{ path: 'rowWeights', name: 'Row weights', hint: 'Scales each row by a learned weight.' },
      ...{ control: 'choice', options: choices({ none: 'None', learned: 'Learned' }) },
    },
    {
      ...{ path: 'compression.kind', name: 'Compression', hint: 'Stores the table in fewer rows.' },
      control: 'choice',
      options: choices({ none: 'None', hash: 'Hashing', quotientRemainder: 'Quotient-remainder' }),
    },
    ...(compression.kind === 'hash' ? hashFields : []),
    ...(compression.kind === 'quotientRemainder' ? quotientFields : []),
    untrainedField,
  ]
}

const rankField: NodeField = {
  ...{ path: 'rank', name: 'Rank', hint: 'Rank of each layer’s weight matrix.' },
  ...{ control: 'number', limits: WIDTH },
}

function crossFields({ version }: NodeOf<'cross'>): NodeField[] {
  return [
    {
      ...{
        path: 'version',
        name: 'Version',
        hint: 'Weights of each layer: a vector (DCN), a matrix (DCNv2) or a low-rank matrix.',
      },
      control: 'choice',
      options: choices({ v1: 'v1, vector', v2: 'v2, matrix', v2LowRank: 'v2, low-rank matrix' }),
    },
    {
      ...{ path: 'layers', name: 'Layers', hint: 'Number of cross layers.' },
      ...{ control: 'number', limits: { integer: true, minimum: 1, maximum: 100 } },
    },
    ...(version === 'v2LowRank' ? [rankField] : []),
  ]
}

const weightField = (label: 0 | 1): NodeField => ({
  ...{ path: `weights.${label}`, name: `Weight of label ${label}` },
  hint: `Multiplies the loss of rows with label ${label}.`,
  ...{ control: 'number', limits: { minimum: 0 } },
})

function lossFields({ loss }: NodeOf<'loss'>): NodeField[] {
  return [
    {
      ...{ path: 'loss', name: 'Loss', hint: 'Use cross-entropy for labels 0 and 1.' },
      control: 'choice',
      options: choices({ bce: 'Cross-entropy', weightedBce: 'Weighted cross-entropy', mse: 'Squared error' }),
    },
    {
      ...{ path: 'clamp', name: 'Clamp', hint: 'Keeps predictions this far from 0 and 1; 0 turns it off.' },
      ...{ control: 'number', limits: { minimum: 0, maximum: 0.499 } },
    },
    ...(loss === 'weightedBce' ? [weightField(0), weightField(1)] : []),
  ]
}

function choices(texts: Record<string, string>): { value: string; text: string }[] {
  return Object.entries(texts).map(([value, text]) => ({ value, text }))
}

/** The settings that every one of the nodes has; none where they are of different kinds. */
export function sharedFields(nodes: readonly ModelNode[]): NodeField[] {
  const [first, ...others] = nodes
  if (!first || others.some(({ kind }) => kind !== first.kind)) return []
  const known = others.map((node) => new Set(fieldsOf(node).map(({ path }) => path)))
  return fieldsOf(first).filter(({ path }) => known.every((paths) => paths.has(path)))
}

/** Whether nodes differ in the value at a path. */
export function differs(nodes: readonly ModelNode[], path: string): boolean {
  return new Set(nodes.map((node) => JSON.stringify(valueAt(node, path)))).size > 1
}

/** The value at a field's path. */
export function valueAt(node: ModelNode, path: string): unknown {
  const value = path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], node)
  return path === 'untrainedRows' ? (value ?? DEFAULT_UNTRAINED_ROWS) : value
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
  if (path === 'compression.kind') {
    // Of several nodes those that have this kind keep their numbers.
    const same = node.kind === 'embedding' && node.compression.kind === value
    return same ? node : { ...node, compression: compressionOf(value) }
  }
  if (value === undefined) return Object.fromEntries(Object.entries(node).filter(([name]) => name !== path))
  return assign({ ...node }, { path: path.split('.'), value })
}

function compressionOf(kind: unknown): Record<string, unknown> {
  if (kind === 'hash') return { kind, rows: 10_000 }
  return kind === 'quotientRemainder' ? { kind, collisions: 4, operation: 'mult' } : { kind }
}

/** Nodes with a value changed in all of them; a field of which each has its own is changed in one node alone. */
export function withValueInAll(nodes: readonly ModelNode[], path: string, value: unknown): ModelNode[] {
  const own = nodes.length > 1 && nodes.some((node) => fieldsOf(node).some((f) => f.path === path && f.own))
  return own ? [...nodes] : nodes.map((node) => withValue(node, path, value) ?? node)
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
