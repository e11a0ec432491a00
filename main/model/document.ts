/**
 * The model document: a recommendation model as a directed acyclic graph, in one versioned JSON file. It names
 * columns but holds no data; binding it to a dataset's columns gives an execution plan (plan.ts).
 */
import { z } from 'zod'

export const MODEL_FORMAT = 'dlrm-studio-model'
export const MODEL_VERSION = 1
/** A document beyond these is refused before anything else is looked at. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024
export const MAX_NODES = 5000

export const nodeId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9_.:-]+$/, 'an id has letters, digits, and _ . : - only')
const columnName = z.string().min(1).max(500)
const width = z.int().min(1).max(65536)
const rows = z
  .int()
  .min(1)
  .max(2 ** 31)
const activation = z.enum(['none', 'relu', 'sigmoid', 'tanh', 'gelu'])

/**
 * What predictions read in place of a table's rows that training never reached, such as those of users who are new in
 * the test rows: the mean of the trained rows, zeros, or the random values that the row was initialised with.
 */
export const untrainedRows = z.enum(['mean', 'zero', 'initial'])
export type UntrainedRows = z.infer<typeof untrainedRows>
/** Where a document does not say. */
export const DEFAULT_UNTRAINED_ROWS: UntrainedRows = 'mean'

/** Node ids feeding a port, in order. */
const sources = z.array(nodeId).max(MAX_NODES)
const onlyPort = <Name extends string>(name: Name) =>
  z.strictObject({ [name]: sources } as Record<Name, typeof sources>)

const shared = {
  id: nodeId,
  /** What the drawing shows; the id if absent. */
  label: z.string().max(500).optional(),
  /** Place on the canvas in pixels; laid out automatically if absent. */
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
}

export const denseInputNode = z.strictObject({
  ...shared,
  kind: z.literal('denseInput'),
  columns: z.array(columnName).min(1).max(100000),
})

export const embeddingNode = z.strictObject({
  ...shared,
  kind: z.literal('embedding'),
  column: columnName,
  /** Width of the output. */
  dimension: width,
  /** Width of the table where it differs: a projection without bias follows (mixed dimensions, Ginart et al. 2019). */
  tableDimension: width.optional(),
  pooling: z.enum(['sum', 'mean']),
  rowWeights: z.enum(['none', 'learned']),
  untrainedRows: untrainedRows.optional(),
  compression: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('hash'), rows }),
    z.strictObject({
      kind: z.literal('quotientRemainder'),
      collisions: z
        .int()
        .min(1)
        .max(2 ** 31),
      operation: z.enum(['mult', 'add', 'concat']),
    }),
  ]),
})

export const mlpNode = z.strictObject({
  ...shared,
  kind: z.literal('mlp'),
  inputs: onlyPort('input'),
  /** Output width of each layer. */
  widths: z.array(width).min(1).max(100),
  activation,
  /** Of the last layer. */
  outputActivation: activation,
  /** Probability of dropping an element after each hidden layer's activation. */
  dropout: z.number().min(0).lt(1),
  bias: z.boolean(),
})

export const dotInteractionNode = z.strictObject({
  ...shared,
  kind: z.literal('dotInteraction'),
  inputs: onlyPort('vectors'),
  includeSelf: z.boolean(),
  /** Puts the first vector in front of the products, as DLRM does. */
  keepFirst: z.boolean(),
})

export const concatNode = z.strictObject({
  ...shared,
  kind: z.literal('concat'),
  inputs: onlyPort('vectors'),
})
export const sumNode = z.strictObject({ ...shared, kind: z.literal('sum'), inputs: onlyPort('vectors') })

export const crossNode = z.strictObject({
  ...shared,
  kind: z.literal('cross'),
  inputs: onlyPort('input'),
  version: z.enum(['v1', 'v2', 'v2LowRank']),
  layers: z.int().min(1).max(100),
  /** Of v2LowRank only. */
  rank: width.optional(),
})

export const factorizationMachineNode = z.strictObject({
  ...shared,
  kind: z.literal('factorizationMachine'),
  inputs: onlyPort('vectors'),
})

/** First-order term: one learned weight a value of each column, and one a dense feature; width 1, no bias. */
export const linearTermNode = z.strictObject({
  ...shared,
  kind: z.literal('linearTerm'),
  inputs: z.strictObject({ dense: sources.max(1).optional() }),
  columns: z.array(columnName).max(100000),
  untrainedRows: untrainedRows.optional(),
})

export const biasNode = z.strictObject({ ...shared, kind: z.literal('bias'), inputs: onlyPort('input') })

export const activationNode = z.strictObject({
  ...shared,
  kind: z.literal('activation'),
  inputs: onlyPort('input'),
  activation,
})

export const lossNode = z.strictObject({
  ...shared,
  kind: z.literal('loss'),
  inputs: onlyPort('prediction'),
  loss: z.enum(['bce', 'weightedBce', 'mse']),
  /** Limits predictions to [clamp, 1 - clamp]; 0 = off. */
  clamp: z.number().min(0).lt(0.5),
  /** Of weightedBce: weights of label 0 and label 1. */
  weights: z.tuple([z.number().min(0), z.number().min(0)]).optional(),
})

export const modelNode = z.discriminatedUnion('kind', [
  denseInputNode,
  embeddingNode,
  mlpNode,
  dotInteractionNode,
  concatNode,
  sumNode,
  crossNode,
  factorizationMachineNode,
  linearTermNode,
  biasNode,
  activationNode,
  lossNode,
])

/** Says something to whoever looks at the drawing. */
export const canvasComment = z.strictObject({
  id: nodeId,
  text: z.string().min(1).max(2000),
  position: z.strictObject({ x: z.number(), y: z.number() }),
})

/** Nodes that are framed together, or drawn as one box. */
export const nodeGroup = z.strictObject({
  id: nodeId,
  name: z.string().min(1).max(200),
  nodes: z.array(nodeId).min(1).max(MAX_NODES),
  collapsed: z.boolean(),
})

export const MAX_ANNOTATIONS = 500

export const modelDocument = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  version: z.literal(MODEL_VERSION),
  name: z.string().min(1).max(200),
  description: z.string().max(10000).optional(),
  nodes: z.array(modelNode).min(1).max(MAX_NODES),
  comments: z.array(canvasComment).max(MAX_ANNOTATIONS).optional(),
  /** A node is in one at most. */
  groups: z.array(nodeGroup).max(MAX_ANNOTATIONS).optional(),
})

export type CanvasComment = z.infer<typeof canvasComment>
export type NodeGroup = z.infer<typeof nodeGroup>
export type ModelNode = z.infer<typeof modelNode>
export type ModelDocument = z.infer<typeof modelDocument>
export type NodeKind = ModelNode['kind']

/** The columns a document is bound to: a dataset's features, or a reference case's. */
export interface BoundColumns {
  dense: string[]
  /** meanValues: mean number of indices a row, for cost estimates; 1 if absent. */
  sparse: { name: string; cardinality: number; multiValued: boolean; meanValues?: number }[]
}

/** Something wrong with a document, placed on a node and, where there is one, a field. */
export interface ModelProblem {
  severity: 'error' | 'warning'
  /** null for the document as a whole. */
  node: string | null
  /** Path inside the node, e.g. `widths.1` or `inputs.vectors`. */
  field: string | null
  /** What is wrong and what to do. */
  message: string
}
