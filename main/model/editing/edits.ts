/** The edits of the designer. Every function returns a new document, in which unchanged nodes are the same objects. */
import type { ModelDocument, ModelNode } from '../document.ts'
import type { Point } from '../point.ts'
import { nodesById, sourcesOf, titleOf, withSources } from '../graph.ts'
import { nodeDefinition } from '../kinds/index.ts'
import type { PortDefinition } from '../kinds/node.ts'
import { withoutNodes } from './annotations.ts'
import { unusedId } from './new-node.ts'
import { appendAll } from '../extremes.ts'

const withNodes = (document: ModelDocument, nodes: ModelNode[]): ModelDocument => ({ ...document, nodes })

export function addNode(document: ModelDocument, node: ModelNode): ModelDocument {
  return withNodes(document, [...document.nodes, node])
}

/** Removes nodes, and their edges to the nodes that read them. */
export function removeNodes(document: ModelDocument, ids: ReadonlySet<string>): ModelDocument {
  const remaining = document.nodes.filter((node) => !ids.has(node.id))
  return withNodes(
    withoutNodes(document, ids),
    remaining.map((node) =>
      sourcesOf(node).some((source) => ids.has(source))
        ? withSources(node, (sources) => sources.filter((source) => !ids.has(source)))
        : node,
    ),
  )
}

/** Why an edge from one node to another cannot be added and what to do about it, or null if it can. */
export function connectionProblem(document: ModelDocument, source: string, target: string): string | null {
  const byId = nodesById(document)
  const [from, to] = [byId.get(source), byId.get(target)]
  if (!from || !to) return 'One of the two nodes no longer exists.'
  if (source === target) return 'A node cannot read its own output.'
  if (nodeDefinition(from).endsModel) return 'A loss has no output: it is where a model ends.'
  if (inputPort(to) === null) return `${titleOf(to)} reads columns of the dataset: it has no input.`
  if (sourcesOf(to).includes(source)) return 'These nodes are already connected.'
  if (reaches(byId, target, source))
    return `${titleOf(to)} comes before ${titleOf(from)}: the line would close a cycle.`
  return null
}

/** The nodes from which an edge to the target is possible, in the document's order. */
export function possibleSources(document: ModelDocument, target: string): ModelNode[] {
  const byId = nodesById(document)
  const node = byId.get(target)
  if (!node || inputPort(node) === null) return []
  const downstream = new Set([target])
  const readers = new Map<string, string[]>()
  for (const reader of document.nodes)
    for (const source of sourcesOf(reader)) readers.set(source, [...(readers.get(source) ?? []), reader.id])
  for (const id of downstream) for (const reader of readers.get(id) ?? []) downstream.add(reader)
  const connected = new Set(sourcesOf(node))
  return document.nodes.filter(
    (each) => !nodeDefinition(each).endsModel && !downstream.has(each.id) && !connected.has(each.id),
  )
}

/** Adds an edge. If the target's port takes only one source, the new edge replaces the old one. */
export function connect(document: ModelDocument, source: string, target: string): ModelDocument {
  return changeNode(document, target, (node) => {
    const port = inputPort(node)
    if (port === null) return node
    return withSources(node, (sources) => (port.maximum === 1 ? [source] : [...sources, source]))
  })
}

/**
 * Adds an edge from a node and, if the target's port takes many sources, edges from `others` in the document's order.
 * Nodes that cannot be connected are left out.
 */
export function connectAll(
  document: ModelDocument,
  source: string,
  others: ReadonlySet<string>,
  target: string,
): ModelDocument {
  const port = inputPort(nodesById(document).get(target) as ModelNode)
  if (port === null || port.maximum === 1) return connect(document, source, target)
  const sources = new Set([source, ...others])
  return document.nodes
    .filter(({ id }) => sources.has(id))
    .reduce(
      (result, { id }) =>
        connectionProblem(result, id, target) === null ? connect(result, id, target) : result,
      document,
    )
}

export function disconnect(document: ModelDocument, source: string, target: string): ModelDocument {
  return changeNode(document, target, (node) =>
    withSources(node, (sources) => sources.filter((each) => each !== source)),
  )
}

/** Changes the order in which a node reads its inputs, which is the order of the vectors in a concatenation. */
export function moveSource(document: ModelDocument, target: string, from: number, to: number): ModelDocument {
  return changeNode(document, target, (node) =>
    withSources(node, (sources) => {
      const others = sources.toSpliced(from, 1)
      return [...others.slice(0, to), ...sources.slice(from, from + 1), ...others.slice(to)]
    }),
  )
}

/** Moves nodes to points, rounded to whole pixels. */
export function placeNodes(document: ModelDocument, positions: ReadonlyMap<string, Point>): ModelDocument {
  return withNodes(
    document,
    document.nodes.map((node) => {
      const position = positions.get(node.id)
      if (!position) return node
      const [x, y] = [Math.round(position.x), Math.round(position.y)]
      return node.position?.x === x && node.position.y === y ? node : { ...node, position: { x, y } }
    }),
  )
}

export function changeNode(
  document: ModelDocument,
  id: string,
  change: (node: ModelNode) => ModelNode,
): ModelDocument {
  return withNodes(
    document,
    document.nodes.map((node) => (node.id === id ? change(node) : node)),
  )
}

/** Gives a node another id wherever it is named. The id must be unused. */
export function renameNode(document: ModelDocument, id: string, next: string): ModelDocument {
  const groups = document.groups?.map((group) => ({
    ...group,
    nodes: group.nodes.map((node) => (node === id ? next : node)),
  }))
  return withNodes(
    { ...document, ...(groups && { groups }) },
    document.nodes.map((node) => {
      const named = node.id === id ? { ...node, id: next } : node
      return sourcesOf(named).includes(id)
        ? withSources(named, (sources) => sources.map((source) => (source === id ? next : source)))
        : named
    }),
  )
}

/**
 * Adds copies of nodes, which may come from another document, shifted by an offset. The edges between them are kept,
 * and edges from nodes that are not copied are kept if this document has these nodes. Also returns the ids of the
 * copies.
 */
export function insertCopies(
  document: ModelDocument,
  nodes: readonly ModelNode[],
  offset: Point,
): { document: ModelDocument; ids: string[] } {
  const known = new Set(document.nodes.map((node) => node.id))
  const taken = new Set(known)
  const names = new Map<string, string>()
  for (const node of nodes) {
    const id = unusedId(taken, node.id.replace(/(?<=.)_\d+$/, ''))
    taken.add(id)
    names.set(node.id, id)
  }
  const copies = nodes.map((node): ModelNode => {
    const copy: ModelNode = { ...structuredClone(node), id: names.get(node.id) ?? node.id }
    if (copy.position) copy.position = { x: copy.position.x + offset.x, y: copy.position.y + offset.y }
    return withSources(copy, (sources) =>
      sources.flatMap((source) => names.get(source) ?? (known.has(source) ? source : [])),
    )
  })
  return {
    document: withNodes(document, [...document.nodes, ...copies]),
    ids: copies.map((copy) => copy.id),
  }
}

/** The port at which edges end, or null for nodes that read only columns. */
export function inputPort(node: ModelNode): PortDefinition | null {
  return nodeDefinition(node).ports[0] ?? null
}

/** Whether a path leads from one node to another. */
function reaches(byId: Map<string, ModelNode>, from: string, to: string): boolean {
  const visited = new Set<string>()
  const stack = [to]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (id === from) return true
    if (visited.has(id)) continue
    visited.add(id)
    const node = byId.get(id)
    if (node) appendAll(stack, sourcesOf(node))
  }
  return false
}
