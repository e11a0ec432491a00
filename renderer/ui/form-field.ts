/** Rows of forms as plain data, which FormField.vue draws. */
import { assign } from '../../main/model/assign-setting.ts'
import type { NumberBounds } from '../../main/model/number-bounds.ts'

export interface SelectOption {
  value: string
  text: string
  disabled?: boolean
  /** The options of a group stand together under its name. */
  group?: string
}

interface FieldBase {
  /** Where the value is in the values of the form, with a dot between the keys. */
  path: string
  /** The visible name. A checkbox without one has its hint beside it. */
  name: string
  /** The name for screen readers and in messages, or the text of a checkbox, if it is not the visible name. */
  label?: string
  hint?: string | undefined
  /** The default is the form's prefix and the path. */
  testId?: string
  disabled?: boolean
  /** The row is as wide as two columns of a grid. */
  wide?: boolean
}

export type FormField = FieldBase &
  (
    | { control: 'number'; limits?: NumberBounds; unit?: string | undefined }
    /** Empty text is undefined. */
    | { control: 'optionalNumber'; limits?: NumberBounds; placeholder: string }
    | { control: 'choice'; options: readonly SelectOption[] }
    /** `mixed` says that the checkbox stands for several things, of which some are checked. */
    | { control: 'check'; mixed?: boolean }
    | { control: 'widths'; placeholder?: string | undefined }
    | { control: 'text'; maxLength?: number; placeholder?: string }
  )

/** Copies the values of a form with another one at the path. */
export function withValue<Values extends object>(values: Values, path: string, value: unknown): Values {
  return assign(values as Record<string, unknown>, { path: path.split('.'), value }) as Values
}
