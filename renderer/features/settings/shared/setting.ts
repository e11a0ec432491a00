import type { FormField } from '../../../ui/form-field.ts'

/** A setting as the page draws it and the palette finds it. */
export interface Setting {
  /** Also the place on the page that `/settings?show=KEY` scrolls to. */
  key: string
  section: SettingSection
  field: FormField
  /** Further words by which it is found. */
  words: string
  value: unknown
  isDefault: boolean
  /** Stores and applies a value. Rejects with ErrorData. */
  change: (value: unknown) => Promise<void>
  reset: () => Promise<void>
}

export type SettingSection = 'appearance' | 'formats' | 'notifications' | 'runs'
