/** Names the actions of the canvas for the command palette. */
import type { NodeKind } from '../../../../main/model/document.ts'
import type { Command } from '../../../ui/commands.ts'
import { alignments, distributions } from './arrangements.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { nodeDefinitions } from '../../../../main/model/kinds/index.ts'
import type { Actions } from './use-actions.ts'
import type { Editor } from './use-editor.ts'

export interface EditorCommandsNeed {
  editor: Editor
  actions: Actions
  canvas: CanvasActions | null
  /** Each saves the drawing in one format, which `text` names. */
  pictures: readonly { text: string; save: () => void }[]
  exportDocument: () => unknown
  train: () => unknown
  find: () => void
  addColumns: () => void
  toggleFocus: () => void
  showProblems: () => void
  showVersions: () => unknown
}

/** Gives the commands that can be carried out now. */
export function editorCommands(need: EditorCommandsNeed): Command[] {
  const { editor, actions, canvas } = need
  if (!editor.document || !canvas) return []
  const { undo, redo } = editor.undoState
  const chosen = actions.chosen.value.length
  const command = (name: string, run: () => unknown, more: Partial<Command> = {}): Command => ({
    id: `canvas ${name}`,
    name,
    kind: 'Canvas',
    run,
    ...more,
  })
  const add = (kind: NodeKind) => () => actions.add(kind, canvas.middle(), null)
  return [
    ...(undo === null ? [] : [command('Undo', () => editor.step('undo'), { note: undo, keys: 'Ctrl+Z' })]),
    ...(redo === null
      ? []
      : [command('Redo', () => editor.step('redo'), { note: redo, keys: 'Ctrl+Shift+Z' })]),
    ...(chosen === 0
      ? []
      : [
          command('Duplicate', actions.duplicate, { keys: 'Ctrl+D', words: 'copy' }),
          command('Delete selection', actions.remove, { keys: 'Delete', words: 'remove' }),
        ]),
    ...(chosen === 0 ? [] : [command('Group selection', actions.group, { keys: 'Ctrl+G', words: 'frame' })]),
    ...(actions.chosenGroups.value.length === 0
      ? []
      : [command('Ungroup', actions.ungroupChosen, { keys: 'Ctrl+Shift+G' })]),
    ...actions.chosenGroups.value.map(({ id, name, collapsed }) =>
      command(
        `${collapsed ? 'Show the nodes of' : 'Draw as one box:'} ${name}`,
        () => actions.changeGroupOf(id, { collapsed: !collapsed }),
        { words: 'collapse expand fold unfold group' },
      ),
    ),
    command('Add a comment', () => actions.comment(), { keys: 'C', words: 'note text' }),
    ...(chosen < 2
      ? []
      : alignments.map(({ to, name }) => command(name, () => actions.alignChosen(to), { words: 'arrange' }))),
    ...(chosen < 3
      ? []
      : distributions.map(({ axis, name }) =>
          command(name, () => actions.distributeChosen(axis), { words: 'arrange space' }),
        )),
    command('Find a node…', need.find, { keys: 'Ctrl+F', words: 'search' }),
    command('Select all nodes', actions.chooseAll, {
      keys: 'Ctrl+A',
      words: 'choose',
    }),
    command('Lay out all nodes', actions.layOutAll, { keys: 'L', words: 'arrange order tidy' }),
    command('Fit into view', canvas.fit, { keys: '0', words: 'zoom whole' }),
    ...(chosen === 0
      ? []
      : [command('Zoom to selection', () => canvas.show([...actions.selected.value]), { keys: '2' })]),
    command('Zoom to 100 %', canvas.actualSize, { keys: '1', words: 'actual size' }),
    command('Focus mode: only the canvas', need.toggleFocus, {
      keys: 'F',
      words: 'full screen hide panels zen',
    }),
    ...(editor.check?.problems.length
      ? [command('Show the problems', need.showProblems, { keys: 'P', words: 'errors warnings' })]
      : []),
    command('Zoom in', canvas.zoomIn, { keys: '+' }),
    command('Zoom out', canvas.zoomOut, { keys: '−' }),
    ...nodeDefinitions.map(({ kind, label, sentence, searchWords }) =>
      command(`Add ${label}`, add(kind), { words: `node ${sentence} ${searchWords}` }),
    ),
    ...(editor.columns === null
      ? []
      : [command('Add the dataset’s columns…', need.addColumns, { words: 'tables embeddings inputs' })]),
    command('Export the model document (JSON)…', need.exportDocument, { words: 'save file' }),
    ...need.pictures.map(({ text, save }) =>
      command(`Save the picture as ${text}…`, save, { words: 'export image drawing' }),
    ),
    ...(editor.sound && editor.columns !== null
      ? [command('Train this model…', need.train, { words: 'run' })]
      : []),
    command('Versions: name, compare, restore…', need.showVersions, {
      keys: 'Ctrl+S',
      words: 'history diff',
    }),
  ]
}
