/** Updates the canvas to a document by changing only what differs, so that a canvas of a thousand nodes stays fast. */
import type { Node, VueFlowStore } from '@vue-flow/core'
import type { CanvasData } from './canvas-elements.ts'

type Canvas = Pick<VueFlowStore, 'setNodes' | 'addNodes' | 'removeNodes' | 'updateNode' | 'findNode'>

/** Returns the function that updates the canvas. It remembers what it showed last. */
export function canvasSync(
  canvas: Canvas,
): (nodes: Node<CanvasData>[], selected: ReadonlySet<string>) => void {
  let shown = new Map<string, string>()
  return (nodes, selected) => {
    const next = new Map(nodes.map((node) => [node.id, JSON.stringify([node.position, node.data])]))
    const gone = [...shown.keys()].filter((id) => !next.has(id))
    if (gone.length > 0) canvas.removeNodes(gone, false)

    const added = nodes.filter(({ id }) => !shown.has(id))
    // Vue Flow searches all nodes for each that is added, so the first ones are set instead.
    if (shown.size === 0) canvas.setNodes(added)
    else if (added.length > 0) canvas.addNodes(added)
    for (const node of nodes) {
      const before = shown.get(node.id)
      const { position, data, ariaLabel } = node
      const drawn = canvas.findNode(node.id)
      if (before !== undefined && before !== next.get(node.id)) {
        canvas.updateNode(node.id, { position, ...(data && { data }), ...(ariaLabel && { ariaLabel }) })
        // Vue Flow computes it only for nodes that are drawn.
        if (drawn) drawn.computedPosition = { ...position, z: drawn.computedPosition.z }
      }
      if (drawn && drawn.selected !== selected.has(node.id)) drawn.selected = selected.has(node.id)
    }
    shown = next
  }
}
