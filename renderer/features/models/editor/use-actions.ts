/** Gathers what a user can do on the canvas, each as an edit with a name, and what is chosen there. */
import type { ShallowRef } from 'vue'
import type { CanvasActions } from './canvas-actions.ts'
import { useAnnotationActions } from './use-annotation-actions.ts'
import { useEdgeActions } from './use-edge-actions.ts'
import type { Editor } from './use-editor.ts'
import { useLayoutActions } from './use-layout-actions.ts'
import { useNodeActions } from './use-node-actions.ts'
import { useSelection } from './use-selection.ts'

export type Actions = ReturnType<typeof useActions>

/** `area` gets the focus where no node can have it. */
export function useActions(
  editor: Editor,
  canvas: Readonly<ShallowRef<CanvasActions | null>>,
  area: Readonly<ShallowRef<HTMLElement | null>>,
) {
  const selection = useSelection(editor, canvas)
  const edges = useEdgeActions(editor, selection)
  return {
    ...selection,
    ...edges,
    ...useNodeActions(editor, selection, edges, canvas, area),
    ...useLayoutActions(editor, selection, canvas),
    ...useAnnotationActions(editor, selection, canvas),
  }
}
