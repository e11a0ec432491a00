import type { FilePreview } from '../contract/datasets.ts'

/** How the text of a file is read, as a layout, a preview and the schema of an import say it. */
const NAMES = [
  'format',
  'delimiter',
  'quotes',
  'quoteSign',
  'encoding',
  'decimal',
  'thousands',
  'comment',
  'skipLines',
  'header',
  'shortRows',
  'longRows',
  'missingValues',
] as const satisfies (keyof FilePreview)[]

export type ReadingSettings = Pick<FilePreview, (typeof NAMES)[number]>

/** These settings alone, of a value that has others besides. */
export function readingSettings<Value extends Partial<ReadingSettings>>(
  value: Value,
): Pick<Value, keyof ReadingSettings & keyof Value> {
  const entries = NAMES.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]] as const]))
  return Object.fromEntries(entries) as Pick<Value, keyof ReadingSettings & keyof Value>
}
