/** The document as a graph: ports, lookups, and the orders in which nodes are visited. */
import type { ModelDocument } from './document.ts'
import { nodeDefinition, type ModelNode } from './kinds/index.ts'
import { isLoss, type LossNode } from './kinds/loss.ts'

/** What people see as a node's name: its label, or its id if the label is blank. */
export const titleOf = ({ label, id }: Pick<ModelNode, 'id' | 'label'>): string =>
  label === undefined || label.trim() === '' ? id : label

export interface Port {
  name: string
  /** Ids of the sources of the port, in order. */
  sources: string[]
  /** The minimum and maximum number of sources of the port. */
  minimum: number
  maximum: number
}

/** A node's input ports; input nodes have none. */
export function portsOf(node: ModelNode): Port[] {
  return nodeDefinition(node).ports.flatMap(({ name, minimum, maximum }) => {
    const sources = sourcesAt(node, name)
    return sources ? [{ name, sources, minimum, maximum }] : []
  })
}

/** undefined if a document leaves the port out. */
function sourcesAt(node: ModelNode, port: string): string[] | undefined {
  return 'inputs' in node ? (node.inputs as Record<string, string[] | undefined>)[port] : undefined
}

/** The node with other sources at each of its ports. An optional port without sources is left out. */
export function withSources(node: ModelNode, change: (sources: string[]) => string[]): ModelNode {
  const { ports } = nodeDefinition(node)
  if (ports.length === 0) return node
  const inputs = ports.flatMap(({ name, minimum }) => {
    const sources = change(sourcesAt(node, name) ?? [])
    return sources.length > 0 || minimum > 0 ? [[name, sources] as const] : []
  })
  return { ...node, inputs: Object.fromEntries(inputs) } as ModelNode
}

export function sourcesOf(node: ModelNode): string[] {
  return portsOf(node).flatMap((port) => port.sources)
}

/** The nodes by id. Of duplicates only the first is kept; the check reports them. */
export function nodesById(document: Pick<ModelDocument, 'nodes'>): Map<string, ModelNode> {
  const byId = new Map<string, ModelNode>()
  for (const node of document.nodes) if (!byId.has(node.id)) byId.set(node.id, node)
  return byId
}

/** The losses, of which a valid document has one. */
export const lossesOf = ({ nodes }: Pick<ModelDocument, 'nodes'>): LossNode[] => nodes.filter(isLoss)

export interface Order {
  /** Every visited node, after all of its sources. */
  nodes: ModelNode[]
  /** The ids of the nodes on each cycle. */
  cycles: string[][]
}

/**
 * Depth-first from `roots`, following ports and sources in their order. Ids and the order of document.nodes play no
 * part, so that two drawings of one model give the same order. Without recursion: a chain may be thousands long.
 */
export function orderFrom(roots: ModelNode[], byId: Map<string, ModelNode>): Order {
  const state = new Map<string, 'open' | 'done'>()
  const nodes: ModelNode[] = []
  const cycles: string[][] = []
  for (const root of roots) {
    if (state.has(root.id)) continue
    state.set(root.id, 'open')
    const path = [{ node: root, sources: sourcesOf(root), next: 0 }]
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const id = top.sources[top.next++]
      if (id === undefined) {
        state.set(top.node.id, 'done')
        nodes.push(top.node)
        path.pop()
        continue
      }
      const source = byId.get(id)
      if (!source) continue
      if (state.get(id) === 'open') {
        const start = path.findIndex((step) => step.node.id === id)
        cycles.push(path.slice(start).map((step) => step.node.id))
      } else if (!state.has(id)) {
        state.set(id, 'open')
        path.push({ node: source, sources: sourcesOf(source), next: 0 })
      }
    }
  }
  return { nodes, cycles }
}
