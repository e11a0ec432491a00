/** The settings of a kind of node as plain data, from which the inspector builds its fields. */
import type { NumberBounds } from '../number-bounds.ts'

export interface Choice {
  value: string
  text: string
}

interface FieldBase {
  /** Path in the node. */
  path: string
  name: string
  hint: string
  /** The value is different in each node, such as its column, so it cannot be changed in several nodes at once. */
  own?: true
  /** The field is shown only if the setting at this path has this value. */
  when?: { path: string; is: string }
  /** The value that applies if a document leaves it out. */
  absent?: string
}

export type NodeField = FieldBase &
  (
    | { control: 'number'; limits: NumberBounds; unit?: string }
    | { control: 'optionalNumber'; limits: NumberBounds; placeholder: string }
    | { control: 'choice'; options: readonly Choice[] }
    | { control: 'check' }
    | { control: 'widths' }
    | { control: 'column' }
    | { control: 'columns'; of: 'dense' | 'sparse' }
  )

/** Options from the names that values have inside a sentence: { tanh: 'tanh' } gives the text "Tanh". */
export function choices<Value extends string>(
  names: Record<Value, string>,
): { value: Value; text: string }[] {
  return Object.entries<string>(names).map(([value, name]) => ({
    value: value as Value,
    text: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  }))
}
