/** Handles the keys of the designer, and what they copy and paste. Fields keep their own keys. */
import { ElMessage } from 'element-plus'
import { onBeforeUnmount, onMounted, type ShallowRef } from 'vue'
import { focusMode } from '../../../platform/focus-mode.ts'
import { modalOpen } from '../../../ui/modal-open.ts'
import type { Point } from '../../../../main/model/point.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { commentKey } from './canvas-groups.ts'
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
  showShortcuts: () => void
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
  const listeners = { keydown: onKey, copy: onCopy, cut: onCopy, paste: onPaste }
  /** Whether a dialog was open when the key went down, because the key that closes a dialog belongs to the dialog. */
  let dialogOpen = false
  const checkForDialog = () => (dialogOpen = modalOpen())
  onMounted(() => {
    window.addEventListener('keydown', checkForDialog, true)
    for (const [name, listener] of Object.entries(listeners))
      window.addEventListener(name, listener as EventListener)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', checkForDialog, true)
    for (const [name, listener] of Object.entries(listeners))
      window.removeEventListener(name, listener as EventListener)
  })

  function onCopy(event: ClipboardEvent): void {
    if (isTyping(event) || chosen.value.length === 0) return
    event.clipboardData?.setData('text/plain', copyText(chosen.value))
    event.preventDefault()
    if (event.type === 'cut') actions.remove()
  }

  function onPaste(event: ClipboardEvent): void {
    if (isTyping(event)) return
    const nodes = readCopies(event.clipboardData?.getData('text/plain') ?? '')
    if (nodes === null) return
    event.preventDefault()
    if (typeof nodes === 'string') return void ElMessage({ type: 'warning', message: nodes, duration: 5000 })
    actions.insert(nodes, `Paste ${nodes.length === 1 ? '1 node' : `${nodes.length} nodes`}`)
  }

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || dialogOpen) return
    const command = event.ctrlKey || event.metaKey
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (command && key === 'z') void editor.step(event.shiftKey ? 'redo' : 'undo')
    else if (command && key === 'y') void editor.step('redo')
    else if (command && key === 's') need.showVersions()
    else if (command && key === 'f') need.find()
    else if (isTyping(event) && key === 'Escape') area.value?.focus()
    else if (isTyping(event)) return
    else if (command && key === 'd') actions.duplicate()
    else if (command && event.shiftKey && key === 'g') actions.ungroupChosen()
    else if (command && key === 'g') actions.group()
    else if (command && key === 'a') actions.chooseAll()
    else if (command || event.altKey) return
    else if (key === 'Escape' && focusMode.value) need.toggleFocus()
    else if (key === 'f') need.toggleFocus()
    else if (key === '[') need.togglePalette()
    else if (key === ']') need.toggleInspector()
    else if (key === 'p') need.toggleProblems()
    else if (key === '1') canvas.value?.actualSize()
    else if (key === '2') void (selected.value.size > 0 && canvas.value?.show([...selected.value]))
    else if (key === 'Delete' || key === 'Backspace') actions.remove()
    else if (key === 'a' && focusMode.value) canvas.value?.openPalette()
    else if (key === 'a') need.findInPalette()
    else if (key === 'c') actions.comment()
    else if (key === 'l') actions.layOutAll()
    else if (key === '0') canvas.value?.fit()
    else if (key === '+' || key === '=') canvas.value?.zoomIn()
    else if (key === '-') canvas.value?.zoomOut()
    else if (key === '?') need.showShortcuts()
    else if (key === 'Escape') selected.value = new Set()
    else if ((key === 'Enter' || key === ' ') && chooseFocused(event)) void 0
    else if (arrows[key]) actions.nudge(arrows[key], event.shiftKey ? 5 : 1)
    else return
    event.preventDefault()
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

/** Says whether keys are meant for a field, and not for the canvas. */
const isTyping = (event: Event): boolean =>
  event.target instanceof HTMLElement &&
  event.target.closest('input, textarea, select, [contenteditable]') !== null
