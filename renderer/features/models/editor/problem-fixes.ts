/** Finds the edit that corrects a kind of problem in all its nodes at once, where no choice is needed. */
import { bindColumns } from '../../../../main/model/editing/bind-columns.ts'
import { removeNodes } from '../../../../main/model/editing/edits.ts'
import type { BoundColumns, ModelDocument } from '../../../../main/model/document.ts'
import { nodeDefinition } from '../../../../main/model/kinds/index.ts'
import { nodesReachingLoss } from '../../../../main/model/check-structure.ts'
import { counted } from '../shared/drawing/describe-node.ts'
import { withValue } from './node-fields.ts'
import type { ProblemGroup } from './problem-groups.ts'

export interface ProblemFix {
  /** The text of the button. */
  text: string
  /** The edit's name. */
  name: string
  change: (document: ModelDocument) => ModelDocument
}

export function fixOf(
  { problems }: ProblemGroup,
  document: ModelDocument,
  columns: BoundColumns | null,
): ProblemFix | null {
  const ids = new Set(problems.flatMap(({ node }) => node ?? []))
  const nodes = document.nodes.filter(({ id }) => ids.has(id))
  const fields = new Set(problems.map(({ field }) => field))
  const [field] = fields
  if (nodes.length === 0 || fields.size > 1) return null
  const used = nodesReachingLoss(document)
  if (field === null && used && nodes.every(({ id }) => !used.has(id)))
    return {
      text:
        nodes.length === 1
          ? 'Delete the unconnected node'
          : `Delete ${counted(nodes.length, 'unconnected node')}`,
      name: `Delete ${counted(nodes.length, 'unconnected node')}`,
      change: (before) => removeNodes(before, ids),
    }
  if (columns && (field === 'column' || field === 'columns')) {
    const bound = bindColumns(document, columns)
    if (bound === document) return null
    return {
      text: 'Bind the columns',
      name: 'Bind the columns',
      change: (before) => bindColumns(before, columns),
    }
  }
  const [first, ...others] = nodes
  if (!first || typeof field !== 'string' || others.some(({ kind }) => kind !== first.kind)) return null
  const value = nodeDefinition(first).corrections?.[field]
  if (!value) return null
  return {
    text: value.text,
    name: value.text,
    change: (before) => ({
      ...before,
      nodes: before.nodes.map((node) =>
        ids.has(node.id) ? (withValue(node, value.path, value.to) ?? node) : node,
      ),
    }),
  }
}
