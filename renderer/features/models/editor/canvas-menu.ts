/** The menus that a right click opens: on the canvas, on the chosen nodes, and on an edge. */
import type { Point } from '../../../../main/model/point.ts'
import type { MenuEntry, OpenMenu } from '../../../ui/context-menu.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { lastCopied } from './clipboard.ts'
import type { Actions } from './use-actions.ts'
import type { Editor } from './use-editor.ts'

export type MenuTarget =
  | { kind: 'canvas'; position: Point }
  /** The chosen nodes, groups and comments. */
  | { kind: 'chosen' }
  | { kind: 'edge'; source: string; target: string }

interface CanvasMenuNeed {
  editor: Editor
  actions: Actions
  canvas: CanvasActions
  find: () => void
  showInspector: () => void
}

export function canvasMenu(target: MenuTarget, need: CanvasMenuNeed): Pick<OpenMenu, 'label' | 'items'> {
  switch (target.kind) {
    case 'canvas':
      return { label: 'Canvas', items: canvasItems(target.position, need) }
    case 'chosen':
      return { label: 'Selection', items: chosenItems(need) }
    case 'edge':
      return { label: 'Connection', items: edgeItems(target, need) }
  }
}

function canvasItems(position: Point, { actions, canvas, editor, find }: CanvasMenuNeed): MenuEntry[] {
  const copied = lastCopied()
  return [
    { name: 'Add a node here…', run: () => canvas.openPalette(position) },
    { name: 'Add a comment here', keys: 'C', run: () => actions.comment(position) },
    {
      name: 'Paste',
      keys: 'Ctrl+V',
      disabled: copied === null,
      run: () => copied && actions.insert(copied, 'Paste'),
    },
    null,
    { name: 'Select all', keys: 'Ctrl+A', run: actions.chooseAll },
    { name: 'Find a node…', keys: 'Ctrl+F', run: find },
    { name: 'Lay out all nodes', keys: 'L', run: actions.layOutAll },
    { name: 'Fit into view', keys: '0', run: canvas.fit },
    null,
    {
      name: 'Undo',
      keys: 'Ctrl+Z',
      disabled: editor.undoState.undo === null,
      run: () => editor.step('undo'),
    },
    {
      name: 'Redo',
      keys: 'Ctrl+Shift+Z',
      disabled: editor.undoState.redo === null,
      run: () => editor.step('redo'),
    },
  ]
}

function chosenItems({ actions, canvas, showInspector }: CanvasMenuNeed): MenuEntry[] {
  const { chosen, chosenGroups, chosenComments } = actions
  const nodes = chosen.value
  const [group] = chosenGroups.value
  const [comment] = chosenComments.value
  const connected = nodes.some(({ id }) => actions.edgesOf(id).length > 0)
  if (nodes.length === 0)
    return [
      ...(comment
        ? [{ name: 'Edit the text', keys: 'Enter', run: () => actions.write(comment.id) }, null]
        : []),
      { name: 'Delete', keys: 'Delete', danger: true, run: actions.remove },
    ]
  return [
    { name: 'Settings', run: showInspector },
    { name: 'Zoom to selection', keys: '2', run: () => canvas.show([...actions.selected.value]) },
    null,
    { name: 'Copy', keys: 'Ctrl+C', run: () => document.execCommand('copy') },
    { name: 'Cut', keys: 'Ctrl+X', run: () => document.execCommand('cut') },
    { name: 'Duplicate', keys: 'Ctrl+D', run: actions.duplicate },
    null,
    ...(group
      ? [
          {
            name: group.collapsed ? 'Show the group’s nodes' : 'Draw the group as one box',
            run: () => actions.changeGroupOf(group.id, { collapsed: !group.collapsed }),
          },
          { name: 'Ungroup', keys: 'Ctrl+Shift+G', run: actions.ungroupChosen },
        ]
      : [{ name: 'Group', keys: 'Ctrl+G', run: actions.group }]),
    null,
    { name: 'Disconnect', disabled: !connected, run: actions.disconnectChosen },
    { name: 'Delete', keys: 'Delete', danger: true, run: actions.remove },
  ]
}

function edgeItems(
  { source, target }: { source: string; target: string },
  { actions, canvas }: CanvasMenuNeed,
): MenuEntry[] {
  return [
    { name: 'Go to its source', run: () => canvas.show([source]) },
    { name: 'Go to its target', run: () => canvas.show([target]) },
    null,
    {
      name: 'Delete the connection',
      keys: 'Delete',
      danger: true,
      run: () => actions.disconnect(source, target),
    },
  ]
}
