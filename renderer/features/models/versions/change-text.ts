/** Changes between versions in words. */
import type { ModelDocument, ModelNode } from '../../../../main/model/document.ts'
import type { FieldChange } from '../../../../main/model/editing/changes.ts'
import { fieldsOf } from '../editor/node-fields.ts'

const otherNames: Record<string, string> = {
  id: 'Id',
  label: 'Label',
  kind: 'Kind',
  inputs: 'Order of inputs',
  name: 'Name of the model',
  description: 'Description',
}

/** The inspector's name of a setting. */
function fieldName(path: string, node: ModelNode | undefined): string {
  const field = node && fieldsOf(node).find((each) => each.path === path)
  return field?.name ?? otherNames[path] ?? path
}

function valueText(value: unknown): string {
  if (value === undefined) return 'none'
  if (Array.isArray(value)) {
    const shown = value
      .slice(0, 6)
      .map(String)
      .join(typeof value[0] === 'number' ? '-' : ', ')
    return value.length > 6 ? `${shown} … (${value.length})` : shown
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** "Dimension: 16 → 32". */
export function changeText({ path, before, after }: FieldChange, id: string, of: ModelDocument): string {
  const node = of.nodes.find((each) => each.id === id)
  return `${fieldName(path, node)}: ${valueText(before)} → ${valueText(after)}`
}
