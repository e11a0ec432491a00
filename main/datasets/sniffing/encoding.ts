import { nativeAddon, type BeginningOptions, type TextBeginning } from '../../../native/index.ts'

export type { TextEncoding } from '../../contract/text-encodings.ts'
export type { TextBeginning } from '../../../native/index.ts'

/**
 * Decodes a file's beginning as the importer does. If the options do not say its encoding, it is detected. The text has line
 * feeds only, and no byte order mark.
 */
export function decodeBeginning(bytes: Buffer, options: BeginningOptions): TextBeginning {
  const beginning = JSON.parse(nativeAddon().decodeBeginning(bytes, JSON.stringify(options))) as TextBeginning
  return { ...beginning, text: beginning.text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n') }
}
