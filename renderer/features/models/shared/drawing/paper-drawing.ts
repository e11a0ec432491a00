/**
 * Draws a model as papers do: from the features below to the prediction above, in words, without sizes. Tables of one
 * kind are one box, and bias, sigmoid and loss are the prediction.
 */
import type { ModelDocument, ModelNode } from '../../../../../main/model/document.ts'
import { lossesOf, nodesById, sourcesOf } from '../../../../../main/model/graph.ts'
import { isEmbedding } from '../../../../../main/model/kinds/embedding-schema.ts'
import { nodeDefinition } from '../../../../../main/model/kinds/index.ts'
import type { NodeGroupName } from '../../../../../main/model/kinds/node.ts'
import { nodeColumns } from '../../../../../main/model/named-columns.ts'
import { groupOf, kindLabel } from './describe-node.ts'
import { edgePath } from './edge-path.ts'
import { groupTables } from './group-tables.ts'
import type { Point } from '../../../../../main/model/point.ts'
import { edgeId } from './layout.ts'
import type { Edge } from './ranks.ts'
import { layOutUpwards } from './upward-layout.ts'

export const BOX = { width: 124, height: 30, gap: { across: 16, along: 22 } }

export interface PaperBox extends Point {
  id: string
  text: string
  family: NodeGroupName
  /** Whether the box stands for many of its kind. */
  many: boolean
}

export interface PaperDrawing {
  boxes: PaperBox[]
  edges: { id: string; path: string }[]
  /** Holds everything. */
  frame: { x: number; y: number; width: number; height: number }
  /** Describes the drawing for screen readers: the ranks from below, each from left to right. */
  spoken: string
}

/** No id of a document's node begins with its first character. */
const SPARSE = '~sparse'

type UnplacedBox = Omit<PaperBox, keyof Point>

export function paperDrawing(document: ModelDocument): PaperDrawing {
  const nodes = [...nodesById(document).values()]
  const drawnAs = mergedNodes(document, nodes)
  const unplaced = boxesOf(nodes, drawnAs)
  const edges = edgesOf(nodes, drawnAs)
  const layout = layOutUpwards(
    unplaced.map(({ id }) => id),
    edges,
    BOX,
  )
  const corner = (id: string): Point => layout.positions.get(id) ?? { x: 0, y: 0 }
  const boxes = unplaced.map((box) => ({ ...box, ...corner(box.id) }))
  const paths = edges.map((edge) => {
    const from = corner(edge.source)
    const to = corner(edge.target)
    const middle = BOX.width / 2
    const points = [
      { x: from.x + middle, y: from.y },
      ...(layout.passages.get(edgeId(edge)) ?? []),
      { x: to.x + middle, y: to.y + BOX.height },
    ]
    return { id: edgeId(edge), path: edgePath(points, 'down') }
  })
  const { width, height } = layout
  return { boxes, edges: paths, frame: { x: 0, y: -height, width, height }, spoken: spokenRanks(boxes) }
}

/** By node, the id of the box that it is drawn in, where that is another node's. */
function mergedNodes(document: ModelDocument, nodes: readonly ModelNode[]): Map<string, string> {
  const drawnAs = new Map<string, string>()
  for (const group of groupTables(document, 0)) for (const id of group) drawnAs.set(id, group[0] ?? id)
  const [loss] = lossesOf({ nodes: [...nodes] })
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (let node: ModelNode | undefined = loss; loss && node;) {
    const [source] = sourcesOf(node)
    const before: ModelNode | undefined = source === undefined ? undefined : byId.get(source)
    node = before && nodeDefinition(before).belongsToPrediction ? before : undefined
    if (node) drawnAs.set(node.id, loss.id)
  }
  return drawnAs
}

function boxesOf(nodes: readonly ModelNode[], drawnAs: ReadonlyMap<string, string>): UnplacedBox[] {
  const heads = new Set(drawnAs.values())
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const boxes = nodes
    .filter(({ id }) => (drawnAs.get(id) ?? id) === id)
    .map((node): UnplacedBox => {
      const many = heads.has(node.id) && isEmbedding(node)
      return {
        id: node.id,
        text: many ? `${kindLabel(node.kind)}s` : textOf(node, byId),
        family: groupOf(node.kind),
        many,
      }
    })
  if (!nodes.some(readsColumns)) return boxes
  const sparse: UnplacedBox = { id: SPARSE, text: 'Sparse features', family: 'input', many: false }
  // Papers have dense features on the left.
  const dense = boxes.findLastIndex(({ family }) => family === 'input')
  return boxes.toSpliced(dense + 1, 0, sparse)
}

function textOf(node: ModelNode, byId: ReadonlyMap<string, ModelNode>): string {
  const source = byId.get(sourcesOf(node)[0] ?? '')
  return nodeDefinition(node).paperLabel?.(node, source) ?? kindLabel(node.kind)
}

const readsColumns = (node: ModelNode): boolean =>
  nodeDefinition(node).columns?.role === 'sparse' && nodeColumns(node).length > 0

function edgesOf(nodes: readonly ModelNode[], drawnAs: ReadonlyMap<string, string>): Edge[] {
  const edges = new Map<string, Edge>()
  const ids = new Set(nodes.map(({ id }) => id))
  for (const node of nodes) {
    const target = drawnAs.get(node.id) ?? node.id
    const sources = [...sourcesOf(node).filter((id) => ids.has(id)), ...(readsColumns(node) ? [SPARSE] : [])]
    for (const id of sources) {
      const edge = { source: drawnAs.get(id) ?? id, target }
      if (edge.source !== target) edges.set(edgeId(edge), edge)
    }
  }
  return [...edges.values()]
}

function spokenRanks(boxes: readonly PaperBox[]): string {
  const ranks = Map.groupBy(
    boxes.toSorted((a, b) => b.y - a.y || a.x - b.x),
    ({ y }) => y,
  )
  return [...ranks.values()].map((rank) => rank.map(({ text }) => text).join(' and ')).join(', then ')
}
