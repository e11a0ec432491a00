/** What a right click offers: on the canvas, on a node among those that are chosen, on a line. */
import type { MenuItem } from './CanvasMenu.vue'
import type { Place } from '../../../../main/model/editing/edits.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { lastCopied } from './clipboard.ts'
import type { useActions } from './use-actions.ts'
import type { Editor } from './use-editor.ts'

export type MenuTarget =
  | { kind: 'canvas'; place: Place }
  /** The chosen nodes, groups and comments. */
  | { kind: 'chosen' }
  | { kind: 'line'; source: string; target: string }

interface CanvasMenuNeed {
  editor: Editor
  actions: ReturnType<typeof useActions>
  canvas: CanvasActions
  find: () => void
  showInspector: () => void
}

export function canvasMenu(target: MenuTarget, need: CanvasMenuNeed): { label: string; items: MenuItem[] } {
  switch (target.kind) {
    case 'canvas':
      return { label: 'Canvas', items: canvasItems(target.place, need) }
    case 'chosen':
      return { label: 'Selection', items: chosenItems(need) }
    case 'line':
      return { label: 'Connection', items: lineItems(target, need) }
  }
}

function canvasItems(place: Place, { actions, canvas, editor, find }: CanvasMenuNeed): MenuItem[] {
  const copied = lastCopied()
  return [
    { name: 'Add a node here…', run: () => canvas.openPalette(place) },
    { name: 'Add a comment here', keys: 'C', run: () => actions.comment(place) },
    {
      name: 'Paste',
      keys: 'Ctrl+V',
      disabled: copied === null,
      run: () => copied && actions.insert(copied, 'Paste'),
    },
    { name: 'Select all', keys: 'Ctrl+A', divided: true, run: actions.chooseAll },
    { name: 'Find a node…', keys: 'Ctrl+F', run: find },
    { name: 'Lay out all nodes', keys: 'L', run: actions.layOutAll },
    { name: 'Fit into view', keys: '0', run: canvas.fit },
    {
      ...{ name: 'Undo', keys: 'Ctrl+Z', divided: true },
      ...{ disabled: editor.standing.undo === null, run: () => editor.step('undo') },
    },
    {
      name: 'Redo',
      keys: 'Ctrl+Shift+Z',
      disabled: editor.standing.redo === null,
      run: () => editor.step('redo'),
    },
  ]
}

function chosenItems({ actions, canvas, showInspector }: CanvasMenuNeed): MenuItem[] {
  const { chosen, chosenGroups, chosenComments } = actions
  const nodes = chosen.value
  const [group] = chosenGroups.value
  const [comment] = chosenComments.value
  const connected = nodes.some(({ id }) => actions.linesOf(id).length > 0)
  if (nodes.length === 0)
    return [
      ...(comment ? [{ name: 'Edit the text', keys: 'Enter', run: () => actions.write(comment.id) }] : []),
      { name: 'Delete', keys: 'Delete', danger: true, divided: true, run: actions.remove },
    ]
  return [
    { name: 'Settings', run: showInspector },
    { name: 'Zoom to selection', keys: '2', run: () => canvas.show([...actions.selected.value]) },
    { name: 'Copy', keys: 'Ctrl+C', divided: true, run: () => document.execCommand('copy') },
    { name: 'Cut', keys: 'Ctrl+X', run: () => document.execCommand('cut') },
    { name: 'Duplicate', keys: 'Ctrl+D', run: actions.duplicate },
    ...(group
      ? [
          {
            ...{
              name: group.collapsed ? 'Show the group’s nodes' : 'Draw the group as one box',
              divided: true,
            },
            run: () => actions.changeGroupOf(group.id, { collapsed: !group.collapsed }),
          },
          { name: 'Ungroup', keys: 'Ctrl+Shift+G', run: actions.ungroupChosen },
        ]
      : [{ name: 'Group', keys: 'Ctrl+G', divided: true, run: actions.group }]),
    { name: 'Disconnect', disabled: !connected, divided: true, run: actions.disconnectChosen },
    { name: 'Delete', keys: 'Delete', danger: true, run: actions.remove },
  ]
}

function lineItems(
  { source, target }: { source: string; target: string },
  { actions, canvas }: CanvasMenuNeed,
): MenuItem[] {
  return [
    { name: 'Go to its source', run: () => canvas.show([source]) },
    { name: 'Go to its target', run: () => canvas.show([target]) },
    {
      name: 'Delete the connection',
      keys: 'Delete',
      danger: true,
      divided: true,
      run: () => actions.part(source, target),
    },
  ]
}
