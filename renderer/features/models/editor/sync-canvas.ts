/** Brings a canvas to what a document says by changing only what differs: a canvas of a thousand nodes stays quick. */
import type { Edge, Node, VueFlowStore } from '@vue-flow/core'
import type { CanvasData } from './canvas-elements.ts'

type Canvas = Pick<
  VueFlowStore,
  'addNodes' | 'removeNodes' | 'updateNode' | 'findNode' | 'addEdges' | 'removeEdges' | 'findEdge'
>

/** Gives the function that does it; it remembers what it showed last. */
export function canvasSync(
  canvas: Canvas,
): (nodes: Node<CanvasData>[], edges: Edge[], selected: ReadonlySet<string>) => void {
  let shownNodes = new Map<string, string>()
  let shownEdges = new Map<string, string>()
  return (nodes, edges, selected) => {
    const nextNodes = new Map(nodes.map((node) => [node.id, JSON.stringify([node.position, node.data])]))
    const nextEdges = new Map(edges.map(({ id, ariaLabel }) => [id, ariaLabel ?? '']))
    const goneEdges = [...shownEdges.keys()].filter((id) => !nextEdges.has(id))
    const goneNodes = [...shownNodes.keys()].filter((id) => !nextNodes.has(id))
    if (goneEdges.length > 0) canvas.removeEdges(goneEdges)
    if (goneNodes.length > 0) canvas.removeNodes(goneNodes, false)

    const newNodes = nodes.filter(({ id }) => !shownNodes.has(id))
    if (newNodes.length > 0) canvas.addNodes(newNodes)
    for (const node of nodes) {
      const before = shownNodes.get(node.id)
      const { position, data, ariaLabel } = node
      if (before !== undefined && before !== nextNodes.get(node.id))
        canvas.updateNode(node.id, { position, ...(data && { data }), ...(ariaLabel && { ariaLabel }) })
      const drawn = canvas.findNode(node.id)
      if (drawn && drawn.selected !== selected.has(node.id)) drawn.selected = selected.has(node.id)
    }

    const newEdges = edges.filter(({ id }) => !shownEdges.has(id))
    if (newEdges.length > 0) canvas.addEdges(newEdges)
    for (const { id, label, ariaLabel } of edges) {
      const before = shownEdges.get(id)
      const drawn = before === undefined || before === nextEdges.get(id) ? undefined : canvas.findEdge(id)
      if (drawn) Object.assign(drawn, { label, ariaLabel })
    }
    shownNodes = nextNodes
    shownEdges = nextEdges
  }
}
