/** Writes comments and groups nodes, each time as an edit with a name. */
import { shallowRef, type ShallowRef } from 'vue'
import type { NodeGroup } from '../../../../main/model/document.ts'
import {
  addComment,
  changeComment,
  changeGroup,
  groupNodes,
  ungroup,
} from '../../../../main/model/editing/annotations.ts'
import type { Point } from '../../../../main/model/point.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { commentKey, groupKey } from './canvas-groups.ts'
import { onGrid } from './canvas-layout.ts'
import type { Editor } from './use-editor.ts'
import type { Selection } from './use-selection.ts'

export function useAnnotationActions(
  editor: Editor,
  { selected, chosen, chosenIds, chosenGroups, chosenComments, chosenName }: Selection,
  canvas: Readonly<ShallowRef<CanvasActions | null>>,
) {
  /** The id of the comment whose text is about to get the focus. */
  const writing = shallowRef<string | null>(null)

  /** Adds a comment and opens its text. */
  function comment(position?: Point): void {
    const { x, y } = position ?? canvas.value?.middle() ?? { x: 0, y: 0 }
    let id = ''
    editor.apply('Add a comment', (document) => {
      const added = addComment(document, 'Comment', onGrid({ x, y }))
      id = added.id
      return added.document
    })
    if (id !== '') write(id)
  }

  /** Chooses a comment and opens its text. */
  function write(id: string): void {
    selected.value = new Set([commentKey(id)])
    writing.value = id
  }

  function writeComment(text: string): void {
    const id = chosenComments.value[0]?.id
    if (id === undefined || text.trim() === '') return
    editor.apply('Write a comment', (document) => changeComment(document, id, { text }), `comment ${id}`)
  }

  function group(): void {
    if (chosen.value.length === 0) return
    const ids = chosenIds.value
    let key = ''
    editor.apply(`Group ${chosenName.value}`, (document) => {
      const grouped = groupNodes(document, ids, 'Group')
      key = groupKey({ id: grouped.id, collapsed: false })
      return grouped.document
    })
    if (key !== '') selected.value = new Set([key])
  }

  function ungroupChosen(): void {
    const ids = new Set(chosenGroups.value.map(({ id }) => id))
    if (ids.size === 0) return
    const nodes = chosenIds.value
    editor.apply(`Ungroup ${chosenName.value}`, (document) => ungroup(document, ids))
    selected.value = nodes
  }

  function changeGroupOf(id: string, change: Partial<Pick<NodeGroup, 'name' | 'collapsed'>>): void {
    const { name, collapsed } = change
    if (name?.trim() === '') return
    const what = name !== undefined ? 'Name a group' : collapsed ? 'Fold a group' : 'Unfold a group'
    editor.apply(
      what,
      (document) => changeGroup(document, id, change),
      name === undefined ? null : `group ${id}`,
    )
    if (collapsed === undefined) return
    const keys = new Set(selected.value)
    if (keys.delete(groupKey({ id, collapsed: !collapsed }))) keys.add(groupKey({ id, collapsed }))
    selected.value = keys
  }

  return { writing, comment, write, writeComment, group, ungroupChosen, changeGroupOf }
}
