/**
 * JSON files whose first member is their checksum: `{"checksum":"<SHA-256>",…`. It is the SHA-256 of the text without
 * that member. native/dataset/src/seal.rs does the same for manifests.
 */
import { sha256 } from './sha256.ts'

const BEGINNING = '{"checksum":"'
const DIGITS = 64

/** The JSON text of an object with its checksum. The object must have at least one member. */
export function sealJson(value: object): string {
  const text = JSON.stringify(value)
  return `${BEGINNING}${sha256(text)}",${text.slice(1)}`
}

/**
 * The text without its checksum; unchanged if it has none, as in files of former versions; null if the checksum does
 * not match. The reader must refuse unknown members, because one could be a checksum whose name is damaged.
 */
export function unsealJson(text: string): string | null {
  if (!text.startsWith(BEGINNING)) return text
  const end = BEGINNING.length + DIGITS
  if (text.slice(end, end + 2) !== '",') return null
  const content = `{${text.slice(end + 2)}`
  return sha256(content) === text.slice(BEGINNING.length, end) ? content : null
}
