/** Moves, aligns and lays out nodes, each time as an edit with a name. */
import { nextTick, type ShallowRef } from 'vue'
import { changeComment } from '../../../../main/model/editing/annotations.ts'
import { align, distribute, type Alignment, type Axis } from '../../../../main/model/editing/arrange.ts'
import { placeNodes } from '../../../../main/model/editing/edits.ts'
import type { Point } from '../../../../main/model/point.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { commentKey } from './canvas-groups.ts'
import { laidOut } from './canvas-layout.ts'
import type { Editor } from './use-editor.ts'
import type { Selection } from './use-selection.ts'

export function useLayoutActions(
  editor: Editor,
  { chosen, chosenIds, chosenComments, chosenName, nameOf }: Selection,
  canvas: Readonly<ShallowRef<CanvasActions | null>>,
) {
  /** Moves nodes and comments, which are named by their keys on the canvas. Edits with the same `key` become one. */
  function move(positions: ReadonlyMap<string, Point>, key: string | null = null): void {
    const [first] = positions.keys()
    const what = positions.size === 1 ? nameOf(first!) : `${positions.size} nodes`
    editor.apply(
      `Move ${what.startsWith(commentKey('')) ? 'a comment' : what}`,
      (document) =>
        (document.comments ?? []).reduce(
          (moved, { id }) => {
            const position = positions.get(commentKey(id))
            return position ? changeComment(moved, id, { position }) : moved
          },
          placeNodes(document, positions),
        ),
      key,
    )
  }

  /** Moves the chosen nodes and comments by an offset. */
  function nudge({ x, y }: Point, times: number): void {
    const comments = chosenComments.value.map(({ id, position }) => ({ id: commentKey(id), position }))
    const positions = new Map(
      [...chosen.value, ...comments].flatMap(({ id, position }) =>
        position ? [[id, { x: position.x + x * times, y: position.y + y * times }] as const] : [],
      ),
    )
    if (positions.size > 0) move(positions, `nudge ${[...positions.keys()].join()}`)
  }

  function layOutAll(): void {
    editor.apply('Lay out', (document) => placeNodes(document, laidOut(document)))
    void nextTick(() => canvas.value?.fit())
  }

  /** Moves the chosen nodes to where `arranged` puts them. */
  function arrange(
    name: string,
    arranged: (positions: ReadonlyMap<string, Point>) => Map<string, Point>,
  ): void {
    const ids = chosenIds.value
    editor.apply(`${name} of ${chosenName.value}`, (document) => {
      const positions = document.nodes.flatMap(({ id, position }) =>
        ids.has(id) && position ? [[id, position] as const] : [],
      )
      return placeNodes(document, arranged(new Map(positions)))
    })
  }

  const alignChosen = (to: Alignment) => arrange('Alignment', (positions) => align(positions, to))
  const distributeChosen = (axis: Axis) => arrange('Distribution', (positions) => distribute(positions, axis))

  return { move, nudge, layOutAll, alignChosen, distributeChosen }
}
