/** Unites two versions of a model in one document that has everything of both, with the differences marked. */
import { checkDocument, type ModelCheck } from '../../../../main/model/check.ts'
import type { BoundColumns, ModelDocument, ModelNode } from '../../../../main/model/document.ts'
import { documentChanges, type DocumentChanges } from '../../../../main/model/editing/changes.ts'
import { nodesById, portsOf } from '../../../../main/model/graph.ts'
import type { GraphMarks } from '../shared/drawing/graph-marks.ts'

export interface United {
  document: ModelDocument
  /** Has the sizes of each node in its version, and no problems. */
  check: ModelCheck
  marks: GraphMarks
  changes: DocumentChanges
}

export function unite(before: ModelDocument, after: ModelDocument, columns: BoundColumns | null): United {
  const changes = documentChanges(before, after)
  const removed = new Set(changes.nodes.flatMap(({ id, change }) => (change === 'removed' ? id : [])))
  const old = nodesById(before)
  const gone = [...old.values()].filter(({ id }) => removed.has(id))
  const nodes = [...after.nodes, ...gone].map(unplaced)
  const known = new Set(nodes.map(({ id }) => id))
  for (const { source, target, change } of changes.edges) {
    if (change !== 'removed' || !known.has(source)) continue
    const [port] = portsOf(nodes.find(({ id }) => id === target) ?? nodes[0]!)
    if (port && !port.sources.includes(source)) port.sources.push(source)
  }
  const was = checkDocument(before, columns)
  const is = checkDocument(after, columns)
  return {
    document: { ...after, nodes },
    check: { ...is, problems: [], nodes: [...is.nodes, ...was.nodes.filter(({ id }) => removed.has(id))] },
    marks: {
      nodes: new Map(changes.nodes.map(({ id, change }) => [id, change])),
      edges: new Map(changes.edges.map(({ source, target, change }) => [`${source} ${target}`, change])),
    },
    changes,
  }
}

/** Drops a node's position, because nodes of the two versions would cover each other. */
function unplaced(node: ModelNode): ModelNode {
  const copy = structuredClone(node)
  delete copy.position
  return copy
}
