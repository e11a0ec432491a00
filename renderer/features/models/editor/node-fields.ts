/** The settings of nodes as the inspector shows them, and how a changed one gets into the node. */
import { modelNode, type BoundColumns, type ModelNode } from '../../../../main/model/document.ts'
import { assign, settingAt } from '../../../../main/model/assign-setting.ts'
import type { NodeField } from '../../../../main/model/kinds/field.ts'
import { nodeDefinition } from '../../../../main/model/kinds/index.ts'

/** Those that a node has with its present values. */
export function fieldsOf(node: ModelNode): NodeField[] {
  return nodeDefinition(node).fields.filter(({ when }) => !when || at(node, when.path) === when.is)
}

const at = (node: ModelNode, path: string): unknown => settingAt(node, path.split('.'))

/** The settings that every one of the nodes has; none where they are of different kinds. */
export function sharedFields(nodes: readonly ModelNode[]): NodeField[] {
  const [first, ...others] = nodes
  if (!first || others.some(({ kind }) => kind !== first.kind)) return []
  const known = others.map((node) => new Set(fieldsOf(node).map(({ path }) => path)))
  return fieldsOf(first).filter(({ path }) => known.every((paths) => paths.has(path)))
}

/** Whether nodes differ in the value at a path. */
export function differs(nodes: readonly ModelNode[], path: string): boolean {
  return new Set(nodes.map((node) => JSON.stringify(valueAt(node, path)))).size > 1
}

/** The value at a field's path. */
export function valueAt(node: ModelNode, path: string): unknown {
  return at(node, path) ?? nodeDefinition(node).fields.find((field) => field.path === path)?.absent
}

/** The node with a value changed, and the settings that go with it; null where the schema does not take it. */
export function withValue(node: ModelNode, path: string, value: unknown): ModelNode | null {
  const changed = withSetting({ ...node }, path.split('.'), value)
  const parsed = modelNode.safeParse(nodeDefinition(node).completeSettings?.(changed) ?? changed)
  return parsed.success ? parsed.data : null
}

function withSetting(node: Record<string, unknown>, path: string[], value: unknown): Record<string, unknown> {
  const [name = '', ...inner] = path
  if (value === undefined && inner.length === 0)
    return Object.fromEntries(Object.entries(node).filter(([each]) => each !== name))
  // Entries of a list are set by their number.
  const settings =
    Array.isArray(node[name]) && inner.length > 0 ? { ...node, [name]: { ...node[name] } } : node
  return assign(settings, { path, value })
}

/** Nodes with a value changed in all of them; a field of which each has its own is changed in one node alone. */
export function withValueInAll(nodes: readonly ModelNode[], path: string, value: unknown): ModelNode[] {
  const own = nodes.length > 1 && nodes.some((node) => fieldsOf(node).some((f) => f.path === path && f.own))
  return own ? [...nodes] : nodes.map((node) => withValue(node, path, value) ?? node)
}

/** Names to choose from for a column field, with the one the node has. */
export function columnNames(columns: BoundColumns | null, of: 'dense' | 'sparse', own: string[]): string[] {
  const known = of === 'dense' ? (columns?.dense ?? []) : (columns?.sparse.map(({ name }) => name) ?? [])
  return [...new Set([...known, ...own])]
}
