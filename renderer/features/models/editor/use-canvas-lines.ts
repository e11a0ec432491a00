/** The lines that are drawn: all of a model, or of a large one those that cross what is seen. */
import type { GraphNode, VueFlowStore } from '@vue-flow/core'
import { computed, shallowRef, watch, type Ref } from 'vue'
import type { Place } from '../../../../main/model/editing/edits.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import type { CanvasLineData } from './canvas-elements.ts'
import { boundsOf, overlaps, type Area } from './viewport.ts'

export type DrawnLine = CanvasLineData & { from: GraphNode; to: GraphNode }

/** How much wider than what is seen the drawn part may be, until it is drawn anew around what is seen. */
const MOST_WIDER = 6

export function useCanvasLines(
  flow: VueFlowStore,
  lines: Readonly<Ref<readonly CanvasLineData[]>>,
  isLarge: Readonly<Ref<boolean>>,
) {
  /** What is seen and as much around it, in the model's coordinates. */
  const around = shallowRef<Area | null>(null)
  watch(
    flow.viewport,
    ({ x, y, zoom }) => {
      if (!isLarge.value) return
      const { width, height } = flow.dimensions.value
      const seen = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
      const known = around.value
      if (known && holds(known, seen) && known.width < MOST_WIDER * seen.width) return
      around.value = {
        ...{ x: seen.x - seen.width / 2, y: seen.y - seen.height / 2 },
        ...{ width: 2 * seen.width, height: 2 * seen.height },
      }
    },
    { deep: true },
  )
  const all = computed((): DrawnLine[] =>
    lines.value.flatMap((line) => {
      const [from, to] = [flow.findNode(line.source), flow.findNode(line.target)]
      return from && to ? [{ ...line, from, to }] : []
    }),
  )
  return computed((): DrawnLine[] => {
    const area = around.value
    if (!isLarge.value || !area) return all.value
    return all.value.filter(({ from, to }) => {
      const ends = boundsOf([boxAt(from.position), boxAt(to.position)])
      return ends !== null && overlaps(ends, area)
    })
  })
}

export const boxAt = ({ x, y }: Place): Area => ({ x, y, width: NODE_WIDTH, height: NODE_HEIGHT })

const holds = (outer: Area, inner: Area): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height
