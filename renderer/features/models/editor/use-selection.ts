/** Holds what is chosen on the canvas. */
import { computed, shallowRef, type ShallowRef } from 'vue'
import type { ModelDocument, ModelNode } from '../../../../main/model/document.ts'
import { titleOf } from '../../../../main/model/graph.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { collapsedInto, commentKey, groupKey, groupsOf } from './canvas-groups.ts'
import type { Editor } from './use-editor.ts'

export type Selection = ReturnType<typeof useSelection>

export function useSelection(editor: Editor, canvas: Readonly<ShallowRef<CanvasActions | null>>) {
  /** The keys of the chosen elements of the canvas. */
  const selected = shallowRef<ReadonlySet<string>>(new Set())
  const chosenGroups = computed(() =>
    editor.document ? groupsOf(editor.document).filter((group) => selected.value.has(groupKey(group))) : [],
  )
  const chosenComments = computed(
    () => editor.document?.comments?.filter(({ id }) => selected.value.has(commentKey(id))) ?? [],
  )
  /** The chosen nodes and those of the chosen groups, in the document's order. */
  const chosen = computed((): ModelNode[] => {
    const { document } = editor
    if (!document || selected.value.size === 0) return []
    const grouped = new Set(chosenGroups.value.flatMap(({ nodes }) => nodes))
    return document.nodes.filter(({ id }) => selected.value.has(id) || grouped.has(id))
  })
  const chosenIds = computed((): ReadonlySet<string> => new Set(chosen.value.map(({ id }) => id)))
  /** What names of edits call the chosen nodes. */
  const chosenName = computed(() =>
    chosen.value.length === 1 ? nameOf(chosen.value[0]!.id) : `${chosen.value.length} nodes`,
  )

  function nameOf(id: string): string {
    return titleOf(editor.document?.nodes.find((node) => node.id === id) ?? { id })
  }

  function clear(): void {
    selected.value = new Set()
  }

  /** Chooses nodes, and moves the focus to the first of them. */
  async function choose(ids: readonly string[]): Promise<void> {
    selected.value = new Set(ids)
    const [first] = ids
    if (first !== undefined) await canvas.value?.focusNode(first)
  }

  function chooseAll(): void {
    if (editor.document) selected.value = new Set(keysOf(editor.document))
  }

  return {
    selected,
    chosen,
    chosenIds,
    chosenGroups,
    chosenComments,
    chosenName,
    nameOf,
    clear,
    choose,
    chooseAll,
  }
}

/** Gives the keys of everything on the canvas that can be chosen. */
function keysOf(document: ModelDocument): string[] {
  const drawnAs = collapsedInto(document)
  const comments = document.comments?.map(({ id }) => commentKey(id)) ?? []
  return [...document.nodes.map(({ id }) => drawnAs.get(id) ?? id), ...comments]
}
