/** Describes changes between versions in words. */
import type { ModelDocument, ModelNode } from '../../../../main/model/document.ts'
import { valueText, type FieldChange } from '../../../../main/model/editing/changes.ts'
import { fieldsOf } from '../editor/node-fields.ts'

const otherNames: Record<string, string> = {
  id: 'Id',
  label: 'Label',
  kind: 'Kind',
  inputs: 'Order of inputs',
  name: 'Name of the model',
  description: 'Description',
  comments: 'Comments',
  groups: 'Groups',
}

/** Gives the inspector's name of a setting. */
function fieldName(path: string, node: ModelNode | undefined): string {
  const field = node && fieldsOf(node).find((each) => each.path === path)
  return field?.name ?? otherNames[path] ?? path
}

/** Writes a changed setting, such as "Dimension: 16 → 32". */
export function changeText({ path, before, after }: FieldChange, id: string, of: ModelDocument): string {
  const node = of.nodes.find((each) => each.id === id)
  return `${fieldName(path, node)}: ${valueText(before)} → ${valueText(after)}`
}
