/** Describes for people what differs between two versions of a document, by node, setting and connection. */
import { nodesById, portsOf, sourcesOf, titleOf } from '../graph.ts'
import type { ModelDocument, ModelNode } from '../document.ts'
import { isPlainObject } from '../plain-object.ts'

export interface FieldChange {
  /** The path in the node, such as `dimension`, `compression.rows` or `id`. */
  path: string
  /** undefined if the setting is absent. */
  before: unknown
  after: unknown
}

export interface NodeChange {
  /** Its id after the change, or before the change if it was removed. */
  id: string
  label: string
  change: 'added' | 'removed' | 'changed'
  fields: FieldChange[]
}

export interface EdgeChange {
  source: string
  target: string
  change: 'added' | 'removed'
}

export interface DocumentChanges {
  nodes: NodeChange[]
  edges: EdgeChange[]
  /** The name, the description and whatever else a document has besides its nodes. */
  about: FieldChange[]
  /** How many nodes were moved on the canvas, which has no effect on the model. */
  moved: number
}

/** A removed and an added node count as one renamed node if no other node has the same settings. */
export function documentChanges(before: ModelDocument, after: ModelDocument): DocumentChanges {
  const renamed = renames(before, after)
  const old = nodesById({ ...before, nodes: before.nodes.map((node) => withNewIds(node, renamed)) })
  const now = nodesById(after)
  const formerId = new Map([...renamed].map(([from, to]) => [to, from]))
  const nodes: NodeChange[] = []
  let moved = 0
  for (const node of now.values()) {
    const was = old.get(node.id)
    if (!was) {
      nodes.push({ id: node.id, label: titleOf(node), change: 'added', fields: [] })
      continue
    }
    const former = formerId.get(node.id)
    const fields = [
      ...(former === undefined ? [] : [{ path: 'id', before: former, after: node.id }]),
      ...fieldChanges(settingsOf(was), settingsOf(node)),
      ...orderChanges(was, node),
    ]
    if (fields.length > 0) nodes.push({ id: node.id, label: titleOf(node), change: 'changed', fields })
    if (JSON.stringify(was.position) !== JSON.stringify(node.position)) moved++
  }
  for (const node of old.values())
    if (!now.has(node.id)) nodes.push({ id: node.id, label: titleOf(node), change: 'removed', fields: [] })
  return { nodes, edges: edgeChanges(old, now), about: fieldChanges(aboutOf(before), aboutOf(after)), moved }
}

export const isUnchanged = ({ nodes, edges, about }: DocumentChanges): boolean =>
  nodes.length === 0 && edges.length === 0 && about.length === 0

/**
 * Compares comments by their text, and groups by name and nodes, because their positions and whether they are folded do
 * not change the model.
 */
const aboutOf = ({ comments, groups, ...document }: ModelDocument): object => ({
  ...document,
  nodes: undefined,
  comments: comments?.map(({ text }) => text),
  groups: groups?.map(({ name, nodes }) => `${name} (${nodes.join(', ')})`),
})

/** The position and the inputs are compared separately. */
function settingsOf(node: ModelNode): object {
  return { ...node, id: undefined, position: undefined, inputs: undefined }
}

/** The new ids by the old ids. */
function renames(before: ModelDocument, after: ModelDocument): Map<string, string> {
  const old = nodesById(before)
  const now = nodesById(after)
  const said = (node: ModelNode) => JSON.stringify(settingsOf(node))
  const gone = Map.groupBy(
    [...old.values()].filter(({ id }) => !now.has(id)),
    said,
  )
  const come = Map.groupBy(
    [...now.values()].filter(({ id }) => !old.has(id)),
    said,
  )
  const renamed = new Map<string, string>()
  for (const [text, [first, ...others]] of gone) {
    const found = come.get(text) ?? []
    if (first && others.length === 0 && found.length === 1) renamed.set(first.id, found[0]!.id)
  }
  return renamed
}

function withNewIds(node: ModelNode, renamed: ReadonlyMap<string, string>): ModelNode {
  if (renamed.size === 0) return node
  const next = structuredClone(node)
  next.id = renamed.get(node.id) ?? node.id
  for (const { sources } of portsOf(next))
    sources.forEach((source, index) => (sources[index] = renamed.get(source) ?? source))
  return next
}

function edgeChanges(old: Map<string, ModelNode>, now: Map<string, ModelNode>): EdgeChange[] {
  const edgesOf = (nodes: Map<string, ModelNode>) =>
    new Map(
      [...nodes.values()].flatMap((node) =>
        sourcesOf(node).map((source) => [`${source} ${node.id}`, { source, target: node.id }] as const),
      ),
    )
  const [was, is] = [edgesOf(old), edgesOf(now)]
  const missing = (from: typeof was, of: typeof was, change: EdgeChange['change']) =>
    [...from].filter(([key]) => !of.has(key)).map(([, edge]) => ({ ...edge, change }))
  return [...missing(is, was, 'added'), ...missing(was, is, 'removed')]
}

/** The same sources in another order change where a concatenation's columns lie. */
function orderChanges(was: ModelNode, is: ModelNode): FieldChange[] {
  const [before, after] = [sourcesOf(was), sourcesOf(is)]
  const same = before.length === after.length && before.every((source) => after.includes(source))
  const moved = same && before.some((source, index) => source !== after[index])
  return moved ? [{ path: 'inputs', before, after }] : []
}

/** Compares objects field by field, and everything else as a whole. */
function fieldChanges(before: object, after: object, prefix = ''): FieldChange[] {
  const was = before as Record<string, unknown>
  const is = after as Record<string, unknown>
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name): FieldChange[] => {
    const path = prefix + name
    if (isPlainObject(was[name]) && isPlainObject(is[name]))
      return fieldChanges(was[name], is[name], `${path}.`)
    return JSON.stringify(was[name]) === JSON.stringify(is[name])
      ? []
      : [{ path, before: was[name], after: is[name] }]
  })
}

/** A setting's value as one line of text. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'none'
  if (Array.isArray(value)) {
    const shown = value
      .slice(0, 6)
      .map(String)
      .join(typeof value[0] === 'number' ? '-' : ', ')
    return value.length > 6 ? `${shown} … (${value.length})` : shown
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
