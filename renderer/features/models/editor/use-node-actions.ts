/** Adds, changes and deletes nodes, each time as an edit with a name. */
import { ElMessage } from 'element-plus'
import type { ShallowRef } from 'vue'
import { nodeId, type ModelDocument, type ModelNode, type NodeKind } from '../../../../main/model/document.ts'
import { removeComments } from '../../../../main/model/editing/annotations.ts'
import type { ColumnRule } from '../../../../main/model/editing/column-rule.ts'
import {
  addNode,
  changeNode,
  connectAll,
  insertCopies,
  removeNodes,
  renameNode,
} from '../../../../main/model/editing/edits.ts'
import { columnNodes, newNode } from '../../../../main/model/editing/new-node.ts'
import { minimumOf } from '../../../../main/model/extremes.ts'
import type { Point } from '../../../../main/model/point.ts'
import { counted, kindLabel } from '../shared/drawing/describe-node.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import type { CanvasActions } from './canvas-actions.ts'
import { onGrid } from './canvas-layout.ts'
import { withValueInAll } from './node-fields.ts'
import type { EdgeActions } from './use-edge-actions.ts'
import type { Editor } from './use-editor.ts'
import type { Selection } from './use-selection.ts'

/** Copies are shifted by this much from their originals. */
const SHIFT: Point = { x: 40, y: 40 }

/** `area` gets the focus where no node can have it. */
export function useNodeActions(
  editor: Editor,
  selection: Selection,
  edges: EdgeActions,
  canvas: Readonly<ShallowRef<CanvasActions | null>>,
  area: Readonly<ShallowRef<HTMLElement | null>>,
) {
  const { chosen, chosenIds, chosenComments, chosenName } = selection

  /** `from` is the node whose output the new one reads, if any. */
  function add(kind: NodeKind, position: Point, from: string | null): void {
    let id = ''
    editor.apply(`Add ${kindLabel(kind)}`, (document) => {
      const node = {
        ...newNode(kind, document, editor.columns),
        position: freePosition(document, onGrid(position)),
      }
      id = node.id
      const grown = addNode(document, node)
      return from === null ? grown : connectAll(grown, from, edges.sourcesWith(from), id)
    })
    if (id !== '') void selection.choose([id])
  }

  /** Adds tables by a rule for all columns that have none, left of everything. */
  function addColumns(rule: ColumnRule): void {
    const { columns } = editor
    if (!columns) return
    let ids: string[] = []
    editor.apply('Add the dataset’s columns', (document) => {
      const positions = document.nodes.flatMap(({ position }) => position ?? [])
      const left = Math.min(minimumOf(positions.map(({ x }) => x)), 0) - NODE_WIDTH - 120
      const top = Math.min(minimumOf(positions.map(({ y }) => y)), 0)
      const spacing = { x: NODE_WIDTH + 40, y: NODE_HEIGHT + 20 }
      const nodes = columnNodes(document, columns, onGrid({ x: left, y: top }), spacing, rule)
      ids = nodes.map(({ id }) => id)
      return nodes.reduce(addNode, document)
    })
    void selection.choose(ids).then(() => canvas.value?.fit())
  }

  /** Deletes the chosen nodes and comments, or the chosen edge if there are none. */
  function remove(): void {
    const edge = canvas.value?.chosenEdge()
    const comments = new Set(chosenComments.value.map(({ id }) => id))
    if (chosen.value.length + comments.size === 0)
      return void (edge && edges.disconnect(edge.source, edge.target))
    if (chosen.value.length === editor.document?.nodes.length)
      return warn('A model needs at least one node: keep one of them.')
    const ids = chosenIds.value
    const what = ids.size > 0 ? chosenName.value : counted(comments.size, 'comment')
    editor.apply(`Delete ${what}`, (document) => removeComments(removeNodes(document, ids), comments))
    selection.clear()
    area.value?.focus()
  }

  /** Inserts copies of nodes and chooses them. `name` is the edit's. */
  function insert(nodes: readonly ModelNode[], name: string): void {
    let ids: string[] = []
    editor.apply(name, (document) => {
      const inserted = insertCopies(document, nodes, SHIFT)
      ids = inserted.ids
      return inserted.document
    })
    void selection.choose(ids)
  }

  function duplicate(): void {
    if (chosen.value.length > 0) insert(chosen.value, `Duplicate ${chosenName.value}`)
  }

  /** Changes a setting of all chosen nodes. */
  function change(path: string, name: string, value: unknown): void {
    const ids = chosenIds.value
    editor.apply(
      `${name} of ${chosenName.value}`,
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
    if (!nodeId.safeParse(next).success) return warn('An id can only have letters, digits and _ . : -')
    if (editor.document?.nodes.some((node) => node.id === next))
      return warn(`There is already a node ${next}.`)
    editor.apply(`Rename ${id} to ${next}`, (document) => renameNode(document, id, next))
    selection.selected.value = new Set([next])
  }

  function renameModel(name: string): void {
    if (name.trim() !== '') editor.apply('Rename the model', (document) => ({ ...document, name }), 'name')
  }

  return { add, addColumns, remove, insert, duplicate, change, label, rename, renameModel }
}

/** Gives the nearest position below at which no other node lies. */
function freePosition(document: ModelDocument, position: Point): Point {
  const gap = 20
  const hit = document.nodes.find(
    (node) =>
      node.position &&
      Math.abs(node.position.x - position.x) < NODE_WIDTH + gap &&
      Math.abs(node.position.y - position.y) < NODE_HEIGHT + gap,
  )
  return hit?.position
    ? freePosition(document, { x: position.x, y: hit.position.y + NODE_HEIGHT + gap })
    : position
}

const warn = (message: string): void => void ElMessage({ type: 'warning', message })
