/** Chooses the edges to draw: all of a model, or those of a large one that cross the view. */
import type { GraphNode, VueFlowStore } from '@vue-flow/core'
import { computed, shallowRef, watch, type Ref } from 'vue'
import type { Point } from '../../../../main/model/point.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import type { CanvasEdgeData } from './canvas-elements.ts'
import { boundsOf, overlaps, type Area } from './viewport.ts'

export type VisibleEdge = CanvasEdgeData & { from: GraphNode; to: GraphNode }

/** The drawn area may be this many times wider than the view before it is chosen anew around the view. */
const MAX_WIDER = 6

export function useCanvasEdges(
  flow: VueFlowStore,
  edges: Readonly<Ref<readonly CanvasEdgeData[]>>,
  isLarge: Readonly<Ref<boolean>>,
) {
  /** The area whose edges are drawn: the view and as much around it, in the model's coordinates. */
  const around = shallowRef<Area | null>(null)
  watch(
    flow.viewport,
    ({ x, y, zoom }) => {
      if (!isLarge.value) return
      const { width, height } = flow.dimensions.value
      const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
      const known = around.value
      if (known && holds(known, seen) && known.width < MAX_WIDER * seen.width) return
      around.value = {
        x: seen.x - seen.width / 2,
        y: seen.y - seen.height / 2,
        width: 2 * seen.width,
        height: 2 * seen.height,
      }
    },
    { deep: true },
  )
  const all = computed((): VisibleEdge[] =>
    edges.value.flatMap((edge) => {
      const [from, to] = [flow.findNode(edge.source), flow.findNode(edge.target)]
      return from && to ? [{ ...edge, from, to }] : []
    }),
  )
  return computed((): VisibleEdge[] => {
    const area = around.value
    if (!isLarge.value || !area) return all.value
    return all.value.filter(({ from, to }) => {
      const ends = boundsOf([boxAt(from.position), boxAt(to.position)])
      return ends !== null && overlaps(ends, area)
    })
  })
}

export const boxAt = ({ x, y }: Point): Area => ({ x, y, width: NODE_WIDTH, height: NODE_HEIGHT })

const holds = (outer: Area, inner: Area): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height
