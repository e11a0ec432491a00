/**
 * The model document: a recommendation model as a directed acyclic graph, in one versioned JSON file. It names
 * columns but holds no data; binding it to a dataset's columns gives an execution plan (plan.ts).
 */
import { z } from 'zod'
import { nodeDefinitions, type ModelNode } from './kinds/index.ts'
import { MAX_NODES, nodeId, MAX_NAME_LENGTH } from './kinds/schema.ts'

export type { BoundColumns } from './columns.ts'
export type { ModelNode, NodeKind } from './kinds/index.ts'
export { MAX_NODES, nodeId } from './kinds/schema.ts'
export type { ModelProblem } from './problem-list.ts'

export const MODEL_FORMAT = 'dlrm-studio-model'
export const MODEL_VERSION = 1
/** A larger document is refused before anything else is checked. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024

type NodeSchema = z.core.$ZodTypeDiscriminable & z.ZodType<ModelNode>
const [first, ...others] = nodeDefinitions.map(({ schema }) => schema as NodeSchema)
export const modelNode: z.ZodType<ModelNode> = z.discriminatedUnion('kind', [first!, ...others])

/** A text for whoever reads the drawing. */
export const canvasComment = z.strictObject({
  id: nodeId,
  text: z.string().min(1).max(2000),
  position: z.strictObject({ x: z.number(), y: z.number() }),
})

/** Nodes that are framed together, or drawn as one box. */
export const nodeGroup = z.strictObject({
  id: nodeId,
  name: z.string().min(1).max(MAX_NAME_LENGTH),
  nodes: z.array(nodeId).min(1).max(MAX_NODES),
  collapsed: z.boolean(),
})

export const MAX_ANNOTATIONS = 500

export const modelDocument = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  version: z.literal(MODEL_VERSION),
  name: z.string().min(1).max(MAX_NAME_LENGTH),
  description: z.string().max(10000).optional(),
  nodes: z.array(modelNode).min(1).max(MAX_NODES),
  comments: z.array(canvasComment).max(MAX_ANNOTATIONS).optional(),
  /** A node belongs to one group at most. */
  groups: z.array(nodeGroup).max(MAX_ANNOTATIONS).optional(),
})

export type CanvasComment = z.infer<typeof canvasComment>
export type NodeGroup = z.infer<typeof nodeGroup>
export type ModelDocument = z.infer<typeof modelDocument>
