/** What a user does on the canvas, each as an edit with a name; and what is chosen meanwhile. */
import { ElMessage } from 'element-plus'
import { computed, nextTick, shallowRef, type ShallowRef } from 'vue'
import {
  nodeId,
  type ModelDocument,
  type ModelNode,
  type NodeGroup,
  type NodeKind,
} from '../../../../main/model/document.ts'
import {
  addComment,
  changeComment,
  changeGroup,
  groupNodes,
  removeComments,
  ungroup,
} from '../../../../main/model/editing/annotations.ts'
import {
  addNode,
  changeNode,
  connectAll,
  connectionProblem,
  disconnect,
  insertCopies,
  moveSource,
  placeNodes,
  removeNodes,
  renameNode,
  type Place,
} from '../../../../main/model/editing/edits.ts'
import { sourcesOf, titleOf } from '../../../../main/model/graph.ts'
import { align, distribute, type Alignment, type Axis } from '../../../../main/model/editing/arrange.ts'
import type { ColumnRule } from '../../../../main/model/editing/column-rule.ts'
import { columnNodes, newNode } from '../../../../main/model/editing/new-node.ts'
import { counted, kindLabel } from '../shared/drawing/describe-node.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { collapsedInto, commentKey, groupKey, groupsOf } from './canvas-groups.ts'
import { laidOut } from './canvas-places.ts'
import { withValueInAll } from './node-fields.ts'
import type { Editor } from './use-editor.ts'
import { minimumOf } from '../../../../main/model/extremes.ts'

/** How far copies lie from what was copied. */
const SHIFT: Place = { x: 40, y: 40 }

/** `area`: what has the focus where no node can have it. */
export function useActions(
  editor: Editor,
  canvas: Readonly<ShallowRef<CanvasActions | null>>,
  area: Readonly<ShallowRef<HTMLElement | null>>,
) {
  const selected = shallowRef<ReadonlySet<string>>(new Set())
  /** The id of the comment whose text is to have the keys. */
  const writing = shallowRef<string | null>(null)
  /** The chosen nodes, and those of the chosen groups. */
  const chosen = computed(() => {
    const { document } = editor
    if (!document || selected.value.size === 0) return []
    const grouped = new Set(chosenGroups.value.flatMap(({ nodes }) => nodes))
    return document.nodes.filter(({ id }) => selected.value.has(id) || grouped.has(id))
  })
  const chosenIds = computed((): ReadonlySet<string> => new Set(chosen.value.map(({ id }) => id)))
  const chosenGroups = computed(() =>
    editor.document ? groupsOf(editor.document).filter((each) => selected.value.has(groupKey(each))) : [],
  )
  const chosenComments = computed(
    () => editor.document?.comments?.filter(({ id }) => selected.value.has(commentKey(id))) ?? [],
  )
  const nameOf = (id: string) => titleOf(editor.document?.nodes.find((node) => node.id === id) ?? { id })
  const these = computed(() =>
    chosen.value.length === 1 ? nameOf(chosen.value[0]!.id) : `${chosen.value.length} nodes`,
  )

  function add(kind: NodeKind, place: Place, from: string | null): void {
    let id = ''
    editor.apply(`Add ${kindLabel(kind)}`, (document) => {
      const node = { ...newNode(kind, document, editor.columns), position: free(document, rounded(place)) }
      id = node.id
      const grown = addNode(document, node)
      return from === null ? grown : connectAll(grown, from, withSource(from), id)
    })
    if (id !== '') void choose([id])
  }

  /** A line from one of several chosen nodes stands for all of them. */
  const withSource = (source: string): ReadonlySet<string> =>
    chosenIds.value.has(source) ? chosenIds.value : new Set()

  /** The nearest place below at which no other node lies. */
  function free(document: ModelDocument, place: Place): Place {
    const gap = 20
    const hit = document.nodes.find(
      ({ position }) =>
        position &&
        Math.abs(position.x - place.x) < NODE_WIDTH + gap &&
        Math.abs(position.y - place.y) < NODE_HEIGHT + gap,
    )
    return hit?.position ? free(document, { x: place.x, y: hit.position.y + NODE_HEIGHT + gap }) : place
  }

  const rounded = ({ x, y }: Place): Place => ({ x: Math.round(x / 10) * 10, y: Math.round(y / 10) * 10 })

  async function choose(ids: string[]): Promise<void> {
    selected.value = new Set(ids)
    const [first] = ids
    if (first !== undefined) await canvas.value?.focusNode(first)
  }

  function join(source: string, target: string): void {
    const problem = editor.document && connectionProblem(editor.document, source, target)
    if (problem) return void ElMessage({ type: 'warning', message: problem })
    const others = chosenIds.value.has(target) ? new Set<string>() : withSource(source)
    const from = others.size > 1 ? `${others.size} nodes` : nameOf(source)
    editor.apply(`Connect ${from} to ${nameOf(target)}`, (document) =>
      connectAll(document, source, others, target),
    )
  }

  /** Tables by a rule for all columns that have none, left of everything. */
  function addColumns(rule: ColumnRule): void {
    const { columns } = editor
    if (!columns) return
    let ids: string[] = []
    editor.apply('Add the dataset’s columns', (document) => {
      const places = document.nodes.flatMap(({ position }) => position ?? [])
      const x = Math.min(minimumOf(places.map((place) => place.x)), 0) - NODE_WIDTH - 120
      const y = Math.min(minimumOf(places.map((place) => place.y)), 0)
      const spacing = { x: NODE_WIDTH + 40, y: NODE_HEIGHT + 20 }
      const nodes = columnNodes(document, columns, rounded({ x, y }), spacing, rule)
      ids = nodes.map(({ id }) => id)
      return nodes.reduce(addNode, document)
    })
    void choose(ids).then(() => canvas.value?.fit())
  }

  function part(source: string, target: string): void {
    editor.apply(`Disconnect ${nameOf(source)} from ${nameOf(target)}`, (document) =>
      disconnect(document, source, target),
    )
  }

  /** Lines from and to a node. */
  function linesOf(id: string): { source: string; target: string }[] {
    const nodes = editor.document?.nodes ?? []
    return nodes.flatMap((node) =>
      sourcesOf(node).flatMap((source) =>
        source === id || node.id === id ? [{ source, target: node.id }] : [],
      ),
    )
  }

  /** Takes away the lines between the chosen nodes and all others; those among the chosen stay. */
  function disconnectChosen(): void {
    const ids = chosenIds.value
    const lines = [...ids].flatMap(linesOf)
    const outer =
      ids.size === 1 ? lines : lines.filter(({ source, target }) => !ids.has(source) || !ids.has(target))
    editor.apply(`Disconnect ${these.value}`, (document) =>
      outer.reduce((grown, { source, target }) => disconnect(grown, source, target), document),
    )
  }

  /** By the keys that the canvas has for nodes and comments. */
  function move(places: Map<string, Place>, key: string | null = null): void {
    const [first] = places.keys()
    const what = places.size === 1 ? nameOf(first!) : `${places.size} nodes`
    editor.apply(
      `Move ${what.startsWith(commentKey('')) ? 'a comment' : what}`,
      (document) =>
        (document.comments ?? []).reduce(
          (grown, { id }) => {
            const position = places.get(commentKey(id))
            return position ? changeComment(grown, id, { position }) : grown
          },
          placeNodes(document, places),
        ),
      key,
    )
  }

  function remove(): void {
    const line = canvas.value?.chosenLine()
    const comments = new Set(chosenComments.value.map(({ id }) => id))
    if (chosen.value.length + comments.size === 0) return void (line && part(line.source, line.target))
    if (chosen.value.length === editor.document?.nodes.length) {
      return void ElMessage({
        type: 'warning',
        message: 'A model needs at least one node: keep one of them.',
      })
    }
    const ids = chosenIds.value
    const what = ids.size > 0 ? these.value : counted(comments.size, 'comment')
    editor.apply(`Delete ${what}`, (document) => removeComments(removeNodes(document, ids), comments))
    selected.value = new Set()
    area.value?.focus()
  }

  /** A new one, which is chosen: the side shows its text to be written. */
  function comment(place?: Place): void {
    const { x, y } = place ?? canvas.value?.middle() ?? { x: 0, y: 0 }
    let id = ''
    editor.apply('Add a comment', (document) => {
      const added = addComment(document, 'Comment', rounded({ x, y }))
      id = added.id
      return added.document
    })
    if (id !== '') write(id)
  }

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
    editor.apply(`Group ${these.value}`, (document) => {
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
    editor.apply(`Ungroup ${these.value}`, (document) => ungroup(document, ids))
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

  function chooseAll(): void {
    const { document } = editor
    if (!document) return
    const drawnAs = collapsedInto(document)
    const comments = document.comments?.map(({ id }) => commentKey(id)) ?? []
    selected.value = new Set([...document.nodes.map(({ id }) => drawnAs.get(id) ?? id), ...comments])
  }

  function insert(nodes: readonly ModelNode[], name: string): void {
    let ids: string[] = []
    editor.apply(name, (document) => {
      const inserted = insertCopies(document, nodes, SHIFT)
      ids = inserted.ids
      return inserted.document
    })
    void choose(ids)
  }

  function change(path: string, name: string, value: unknown): void {
    const ids = new Set(chosen.value.map(({ id }) => id))
    editor.apply(
      `${name} of ${these.value}`,
      (document) => {
        const before = document.nodes.filter(({ id }) => ids.has(id))
        const after = new Map(withValueInAll(before, path, value).map((node) => [node.id, node]))
        return { ...document, nodes: document.nodes.map((node) => after.get(node.id) ?? node) }
      },
      `${path} ${[...ids].join()}`,
    )
  }

  function label(text: string): void {
    const id = chosen.value[0]?.id
    if (id === undefined) return
    editor.apply(
      `Label ${id}`,
      (document) =>
        changeNode(document, id, (node) => {
          const unlabelled = { ...node }
          delete unlabelled.label
          return text === '' ? unlabelled : { ...unlabelled, label: text }
        }),
      `label ${id}`,
    )
  }

  function rename(next: string): void {
    const id = chosen.value[0]?.id
    if (id === undefined || next === id) return
    if (!nodeId.safeParse(next).success)
      return void ElMessage({ type: 'warning', message: 'An id can only have letters, digits and _ . : -' })
    if (editor.document?.nodes.some((node) => node.id === next))
      return void ElMessage({ type: 'warning', message: `There is already a node ${next}.` })
    editor.apply(`Rename ${id} to ${next}`, (document) => renameNode(document, id, next))
    selected.value = new Set([next])
  }

  function retitle(name: string): void {
    if (name.trim() !== '') editor.apply('Rename the model', (document) => ({ ...document, name }), 'name')
  }

  function layOutAll(): void {
    editor.apply('Lay out', (document) => placeNodes(document, laidOut(document)))
    void nextTick(() => canvas.value?.fit())
  }

  /** Moves what is chosen to where `arranged` puts it. */
  function arrange(name: string, arranged: (places: ReadonlyMap<string, Place>) => Map<string, Place>): void {
    const ids = chosenIds.value
    editor.apply(`${name} of ${these.value}`, (document) => {
      const places = document.nodes.flatMap(({ id, position }) =>
        ids.has(id) && position ? [[id, position] as const] : [],
      )
      return placeNodes(document, arranged(new Map(places)))
    })
  }

  const alignChosen = (to: Alignment) => arrange('Alignment', (places) => align(places, to))
  const distributeChosen = (axis: Axis) => arrange('Distribution', (places) => distribute(places, axis))

  function duplicate(): void {
    if (chosen.value.length > 0) insert(chosen.value, `Duplicate ${these.value}`)
  }

  function nudge({ x, y }: Place, times: number): void {
    const comments = chosenComments.value.map(({ id, position }) => ({ id: commentKey(id), position }))
    const places = new Map(
      [...chosen.value, ...comments].flatMap(({ id, position }) =>
        position ? [[id, { x: position.x + x * times, y: position.y + y * times }] as const] : [],
      ),
    )
    if (places.size > 0) move(places, `nudge ${[...places.keys()].join()}`)
  }

  /** Changes the order in which the chosen node reads its inputs. */
  function order(from: number, to: number): void {
    const id = chosen.value[0]?.id
    if (id === undefined) return
    editor.apply(`Order the inputs of ${nameOf(id)}`, (document) => moveSource(document, id, from, to))
  }

  return {
    ...{ selected, chosen, chosenGroups, chosenComments, chooseAll },
    ...{ comment, writing, write, writeComment, linesOf, disconnectChosen },
    ...{
      group,
      ungroupChosen,
      changeGroupOf,
      add,
      addColumns,
      join,
      part,
      move,
      remove,
      insert,
      change,
      label,
      rename,
    },
    ...{ retitle, layOutAll, duplicate, nudge, order, alignChosen, distributeChosen },
  }
}
