/**
 * JSON files that carry a checksum of themselves as their first member: `{"checksum":"<SHA-256>",…`. It is the SHA-256 of
 * the text without that member. native/dataset/src/seal.rs does the same for manifests.
 */
import { sha256 } from './sha256.ts'

const BEGINNING = '{"checksum":"'
const DIGITS = 64

/** The JSON text of an object with its checksum; it must have at least one member. */
export function sealJson(value: object): string {
  const text = JSON.stringify(value)
  return `${BEGINNING}${sha256(text)}",${text.slice(1)}`
}

/**
 * The text without its checksum; as it is where it has none, which files of former versions have not; null where the
 * checksum is not the text's. The reader must refuse unknown members: one could be a checksum whose name is damaged.
 */
export function unsealJson(text: string): string | null {
  if (!text.startsWith(BEGINNING)) return text
  const end = BEGINNING.length + DIGITS
  if (text.slice(end, end + 2) !== '",') return null
  const content = `{${text.slice(end + 2)}`
  return sha256(content) === text.slice(BEGINNING.length, end) ? content : null
}
