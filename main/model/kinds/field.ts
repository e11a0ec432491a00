/** The settings of a kind of node as plain data, from which the inspector makes its fields. */

export interface NumberBounds {
  minimum?: number
  maximum?: number
  /** Whole numbers only. */
  integer?: boolean
}

export interface Choice {
  value: string
  text: string
}

interface FieldBase {
  /** Path in the node. */
  path: string
  name: string
  hint: string
  /** Each node has a value of its own, as its column: it is not changed in several nodes at once. */
  own?: true
  /** The field is there only where the setting at this path has this value. */
  when?: { path: string; is: string }
  /** What a document means that does not say. */
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

/** Options from the names that values have inside a sentence, e.g. { tanh: 'tanh' } gives the text "Tanh". */
export function choices<Value extends string>(
  names: Record<Value, string>,
): { value: Value; text: string }[] {
  return Object.entries<string>(names).map(([value, name]) => ({
    value: value as Value,
    text: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  }))
}
