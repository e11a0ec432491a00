/** Finds the settings of nodes that the inspector shows, and puts a changed one into its node. */
import { modelNode, type BoundColumns, type ModelNode } from '../../../../main/model/document.ts'
import { assign, settingAt } from '../../../../main/model/assign-setting.ts'
import type { NodeField } from '../../../../main/model/kinds/field.ts'
import { nodeDefinition } from '../../../../main/model/kinds/index.ts'
import type { FormField } from '../../../ui/form-field.ts'

/** Gives the fields that a node has with its present values. */
export function fieldsOf(node: ModelNode): NodeField[] {
  return nodeDefinition(node).fields.filter(({ when }) => !when || at(node, when.path) === when.is)
}

const at = (node: ModelNode, path: string): unknown => settingAt(node, path.split('.'))

/** Gives the fields that all nodes have. Nodes of different kinds have none in common. */
export function sharedFields(nodes: readonly ModelNode[]): NodeField[] {
  const [first, ...others] = nodes
  if (!first || others.some(({ kind }) => kind !== first.kind)) return []
  const known = others.map((node) => new Set(fieldsOf(node).map(({ path }) => path)))
  return fieldsOf(first).filter(({ path }) => known.every((paths) => paths.has(path)))
}

/** Says whether nodes differ in the value at a path. */
export function differs(nodes: readonly ModelNode[], path: string): boolean {
  return new Set(nodes.map((node) => JSON.stringify(valueAt(node, path)))).size > 1
}

/** Gives the value at a field's path. */
export function valueAt(node: ModelNode, path: string): unknown {
  return at(node, path) ?? nodeDefinition(node).fields.find((field) => field.path === path)?.absent
}

/** Changes a value of a node and the settings that depend on it. Returns null if the schema refuses the value. */
export function withValue(node: ModelNode, path: string, value: unknown): ModelNode | null {
  const changed = withSetting({ ...node }, path.split('.'), value)
  const parsed = modelNode.safeParse(nodeDefinition(node).completeSettings?.(changed) ?? changed)
  return parsed.success ? parsed.data : null
}

function withSetting(node: Record<string, unknown>, path: string[], value: unknown): Record<string, unknown> {
  const [name = '', ...inner] = path
  if (value === undefined && inner.length === 0)
    return Object.fromEntries(Object.entries(node).filter(([each]) => each !== name))
  // The entries of a list are set by their index.
  const settings =
    Array.isArray(node[name]) && inner.length > 0 ? { ...node, [name]: { ...node[name] } } : node
  return assign(settings, { path, value })
}

/** Changes a value in all nodes. A field whose value is each node's own is changed only if there is one node. */
export function withValueInAll(nodes: readonly ModelNode[], path: string, value: unknown): ModelNode[] {
  const own = nodes.length > 1 && nodes.some((node) => fieldsOf(node).some((f) => f.path === path && f.own))
  return own ? [...nodes] : nodes.map((node) => withValue(node, path, value) ?? node)
}

/** Gives the names that a column field offers, which include those that the node has. */
export function columnNames(columns: BoundColumns | null, of: 'dense' | 'sparse', own: string[]): string[] {
  const known = of === 'dense' ? (columns?.dense ?? []) : (columns?.sparse.map(({ name }) => name) ?? [])
  return [...new Set([...known, ...own])]
}

/** Stands for the values of several nodes that differ. */
const SEVERAL = 'several values'

/** Gives the row that shows a setting of the nodes, or null if its field is none that forms have, as a list of columns. */
export function formFieldOf(
  field: NodeField,
  nodes: readonly ModelNode[],
  columns: BoundColumns | null,
): FormField | null {
  const { path, name, hint } = field
  const mixed = differs(nodes, path)
  const row = { path, name, hint }
  switch (field.control) {
    case 'number':
      // Several nodes may have no number in common, which only an optional number can show.
      return nodes.length > 1
        ? { ...row, control: 'optionalNumber', limits: field.limits, placeholder: mixed ? SEVERAL : '' }
        : { ...row, control: 'number', limits: field.limits, unit: field.unit }
    case 'optionalNumber':
      return {
        ...row,
        control: 'optionalNumber',
        limits: field.limits,
        placeholder: mixed ? SEVERAL : field.placeholder,
      }
    case 'choice': {
      const several = { value: '', text: SEVERAL, disabled: true }
      return { ...row, control: 'choice', options: mixed ? [several, ...field.options] : field.options }
    }
    case 'check':
      return { ...row, name: '', label: name, control: 'check', mixed }
    case 'widths':
      return { ...row, control: 'widths', placeholder: mixed ? SEVERAL : undefined }
    case 'column': {
      const own = nodes.map((node) => String(valueAt(node, path)))
      const options = columnNames(columns, 'sparse', own).map((value) => ({ value, text: value }))
      return { ...row, control: 'choice', options }
    }
    case 'columns':
      return null
  }
}

/** Gives the value that the row of a setting shows. Where nodes differ it is empty. */
export function shownValue({ path, control }: NodeField, nodes: readonly ModelNode[]): unknown {
  const value = nodes[0] && !differs(nodes, path) ? valueAt(nodes[0], path) : undefined
  switch (control) {
    case 'number':
      return nodes.length > 1 ? value : (value ?? 0)
    case 'optionalNumber':
      return value
    case 'check':
      return value === true
    case 'widths':
    case 'columns':
      return value ?? []
    default:
      return value ?? ''
  }
}
