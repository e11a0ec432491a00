/** Checks whether the columns that a document names exist and whether its tables suit them. */
import type { BoundColumns, ModelDocument } from './document.ts'
import { nodeDefinition } from './kinds/index.ts'
import { nodeColumns } from './named-columns.ts'
import { listed, duplicates, type ProblemList } from './problem-list.ts'

type Role = 'dense' | 'sparse'

/** Checks a node's own settings and, if columns are given, whether they suit the data. */
export function checkColumns(
  document: ModelDocument,
  columns: BoundColumns | null,
  problems: ProblemList,
): void {
  const known = columns && {
    dense: new Set(columns.dense),
    sparse: new Map(columns.sparse.map((column) => [column.name, column])),
  }
  const checkKnown = (node: string, field: string, names: string[], role: Role) => {
    if (!known) return
    const missing = names.filter((name) => !known[role].has(name))
    if (missing.length === 0) return
    const other = role === 'dense' ? 'sparse' : 'dense'
    const misplaced = missing.filter((name) => known[other].has(name))
    const message =
      misplaced.length > 0
        ? `${listed(misplaced)} is a ${other} column and cannot be used here: ` +
          (role === 'dense' ? 'use an embedding for it.' : 'use a dense input for it.')
        : `The dataset has no ${role} column ${listed(missing)}. It has ${listed([...known[role].keys()]) || 'none'}.`
    problems.error(node, field, message)
  }
  for (const node of document.nodes) {
    const definition = nodeDefinition(node)
    const names = nodeColumns(node)
    if (definition.columns) {
      const { field, role } = definition.columns
      const twice = duplicates(names)
      if (twice.length > 0)
        problems.error(node.id, field, `${listed(twice)} is listed several times: remove all but one.`)
      checkKnown(node.id, field, names, role)
    }
    const cardinality = known?.sparse.get(names[0] ?? '')?.cardinality ?? null
    definition.checkSettings?.(node, problems.of(node.id), cardinality)
  }
}
