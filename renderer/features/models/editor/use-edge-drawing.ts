/** Draws an edge from a node. It ends at another node, or on the bare canvas, where a new node is then offered for it. */
import type { Connection, VueFlowStore } from '@vue-flow/core'
import { ElMessage } from 'element-plus'
import type { ModelDocument } from '../../../../main/model/document.ts'
import { connectionProblem } from '../../../../main/model/editing/edits.ts'
import { commentKey, isGroupKey } from './canvas-groups.ts'

interface EdgeDrawingNeed {
  flow: VueFlowStore
  document: () => ModelDocument
  connect: (source: string, target: string) => void
  /** Opens the palette for a node that is to read the output of `from`. */
  openPalette: (event: MouseEvent, from: string) => void
}

export function useEdgeDrawing({ flow, document, connect, openPalette }: EdgeDrawingNeed) {
  /** The node at which the edge begins. */
  let drawingFrom: string | null = null
  flow.onConnect(({ source, target }: Connection) => {
    drawingFrom = null
    connect(source, target)
  })
  flow.onConnectStart(({ nodeId, handleType }) => {
    drawingFrom = handleType === 'source' ? (nodeId ?? null) : null
  })
  flow.onConnectEnd((event) => {
    const from = drawingFrom
    drawingFrom = null
    if (!event || !(event instanceof MouseEvent) || from === null) return
    const target = (event.target as HTMLElement | null)?.closest<HTMLElement>('.vue-flow__node')?.dataset.id
    if (target === undefined || target.startsWith(commentKey(''))) openPalette(event, from)
    else if (isGroupKey(target))
      warn('A connection ends at a node: double-click the group to show its nodes.')
    else {
      const problem = connectionProblem(document(), from, target)
      // An edge that is released over a box is meant for its input.
      if (problem === null) connect(from, target)
      else if (target !== from) warn(problem)
    }
  })

  const isValid = ({ source, target }: Connection): boolean =>
    connectionProblem(document(), source, target) === null

  return { isValid }
}

const warn = (message: string) => void ElMessage({ type: 'warning', message, duration: 5000 })
