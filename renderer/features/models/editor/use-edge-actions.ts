/** Connects and disconnects nodes, each time as an edit with a name. */
import { ElMessage } from 'element-plus'
import {
  connectAll,
  connectionProblem,
  disconnect as withoutEdge,
  moveSource,
} from '../../../../main/model/editing/edits.ts'
import { sourcesOf } from '../../../../main/model/graph.ts'
import type { Editor } from './use-editor.ts'
import type { Selection } from './use-selection.ts'

export type EdgeActions = ReturnType<typeof useEdgeActions>

export function useEdgeActions(editor: Editor, { chosen, chosenIds, chosenName, nameOf }: Selection) {
  /** Gives the other sources of a new edge: one from a chosen node stands for an edge from each of them. */
  const sourcesWith = (source: string): ReadonlySet<string> =>
    chosenIds.value.has(source) ? chosenIds.value : new Set()

  function connect(source: string, target: string): void {
    const problem = editor.document && connectionProblem(editor.document, source, target)
    if (problem) return void ElMessage({ type: 'warning', message: problem })
    const others = chosenIds.value.has(target) ? new Set<string>() : sourcesWith(source)
    const from = others.size > 1 ? `${others.size} nodes` : nameOf(source)
    editor.apply(`Connect ${from} to ${nameOf(target)}`, (document) =>
      connectAll(document, source, others, target),
    )
  }

  function disconnect(source: string, target: string): void {
    editor.apply(`Disconnect ${nameOf(source)} from ${nameOf(target)}`, (document) =>
      withoutEdge(document, source, target),
    )
  }

  /** Gives the edges from and to a node. */
  function edgesOf(id: string): { source: string; target: string }[] {
    const nodes = editor.document?.nodes ?? []
    return nodes.flatMap((node) =>
      sourcesOf(node).flatMap((source) =>
        source === id || node.id === id ? [{ source, target: node.id }] : [],
      ),
    )
  }

  /** Deletes the edges between the chosen nodes and all others. Those among the chosen nodes stay. */
  function disconnectChosen(): void {
    const ids = chosenIds.value
    const edges = [...ids].flatMap(edgesOf)
    const outer =
      ids.size === 1 ? edges : edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))
    editor.apply(`Disconnect ${chosenName.value}`, (document) =>
      outer.reduce((left, { source, target }) => withoutEdge(left, source, target), document),
    )
  }

  /** Changes the order in which the chosen node reads its inputs. */
  function order(from: number, to: number): void {
    const id = chosen.value[0]?.id
    if (id === undefined) return
    editor.apply(`Order the inputs of ${nameOf(id)}`, (document) => moveSource(document, id, from, to))
  }

  return { sourcesWith, connect, disconnect, edgesOf, disconnectChosen, order }
}
