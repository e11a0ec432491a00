/** Handles the keys of the designer, and what they copy and paste. Fields keep their own keys. */
import { ElMessage } from 'element-plus'
import { onBeforeUnmount, onMounted, type ShallowRef } from 'vue'
import { focusMode } from '../../../platform/focus-mode.ts'
import { isField } from '../../../ui/modal-open.ts'
import { offerShortcuts } from '../../../ui/shortcuts.ts'
import type { Point } from '../../../../main/model/point.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { commentKey } from './canvas-groups.ts'
import { editorShortcuts } from './editor-shortcuts.ts'
import { copyText, readCopies } from './clipboard.ts'
import type { Actions } from './use-actions.ts'
import type { Editor } from './use-editor.ts'

interface CanvasKeysNeed {
  editor: Editor
  actions: Actions
  canvas: Readonly<ShallowRef<CanvasActions | null>>
  area: Readonly<ShallowRef<HTMLElement | null>>
  find: () => void
  findInPalette: () => void
  toggleFocus: () => void
  togglePalette: () => void
  toggleInspector: () => void
  toggleProblems: () => void
  showVersions: () => unknown
}

const arrows: Record<string, Point> = {
  ArrowLeft: { x: -10, y: 0 },
  ArrowRight: { x: 10, y: 0 },
  ArrowUp: { x: 0, y: -10 },
  ArrowDown: { x: 0, y: 10 },
}

export function useCanvasKeys(need: CanvasKeysNeed): void {
  const { editor, actions, canvas, area } = need
  const { selected, chosen, chosenComments } = actions
  const listeners = { copy: onCopy, cut: onCopy, paste: onPaste }
  onMounted(() => {
    for (const [name, listener] of Object.entries(listeners))
      window.addEventListener(name, listener as EventListener)
  })
  onBeforeUnmount(() => {
    for (const [name, listener] of Object.entries(listeners))
      window.removeEventListener(name, listener as EventListener)
  })

  /** The system's own events carry out these keys. */
  const bySystem = () => false
  const nudge =
    (factor: number) =>
    ({ key }: KeyboardEvent) =>
      actions.nudge(arrows[key]!, factor)
  offerShortcuts(editorShortcuts, {
    addNode: () => (focusMode.value ? canvas.value?.openPalette() : need.findInPalette()),
    choose: chooseFocused,
    chooseMore: chooseFocused,
    chooseAll: () => actions.chooseAll(),
    leave: ({ target }) => {
      if (isField(target)) area.value?.focus()
      else if (focusMode.value) need.toggleFocus()
      else selected.value = new Set()
    },
    nudge: nudge(1),
    nudgeFar: nudge(5),
    remove: () => actions.remove(),
    undo: () => editor.step('undo'),
    redo: () => editor.step('redo'),
    copy: bySystem,
    cut: bySystem,
    paste: bySystem,
    duplicate: () => actions.duplicate(),
    group: () => actions.group(),
    ungroup: () => actions.ungroupChosen(),
    comment: () => actions.comment(),
    find: need.find,
    versions: need.showVersions,
    layOut: () => actions.layOutAll(),
    fit: () => canvas.value?.fit(),
    actualSize: () => canvas.value?.actualSize(),
    fitSelection: () => void (selected.value.size > 0 && canvas.value?.show([...selected.value])),
    zoomIn: () => canvas.value?.zoomIn(),
    zoomOut: () => canvas.value?.zoomOut(),
    focusMode: need.toggleFocus,
    palette: need.togglePalette,
    inspector: need.toggleInspector,
    problems: need.toggleProblems,
  })

  function onCopy(event: ClipboardEvent): void {
    if (isField(event.target) || chosen.value.length === 0) return
    event.clipboardData?.setData('text/plain', copyText(chosen.value))
    event.preventDefault()
    if (event.type === 'cut') actions.remove()
  }

  function onPaste(event: ClipboardEvent): void {
    if (isField(event.target)) return
    const nodes = readCopies(event.clipboardData?.getData('text/plain') ?? '')
    if (nodes === null) return
    event.preventDefault()
    if (typeof nodes === 'string') return void ElMessage({ type: 'warning', message: nodes, duration: 5000 })
    actions.insert(nodes, `Paste ${nodes.length === 1 ? '1 node' : `${nodes.length} nodes`}`)
  }

  /** Returns false if no node has the focus, so that a button gets the key. */
  function chooseFocused(event: KeyboardEvent): boolean {
    const id = (event.target as HTMLElement).closest<HTMLElement>('.vue-flow__node')?.dataset.id
    if (id === undefined) return false
    const [comment] = chosenComments.value
    if (comment && commentKey(comment.id) === id && !event.shiftKey) actions.write(comment.id)
    const next = new Set(event.shiftKey ? selected.value : [])
    selected.value = next.has(id) ? next : next.add(id)
    return true
  }
}
