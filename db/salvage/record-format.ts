/** SQLite's record format: a header of types, then the values (sqlite.org/fileformat2.html#record_format). */
import type { Value } from '../value.ts'

/** A number of 1 to 9 bytes, seven bits each, and the position after it. */
export function varint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0
  for (let index = 0; index < 8; index++) {
    const byte = bytes[at + index] ?? 0
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, next: at + index + 1 }
  }
  return { value: value * 256 + (bytes[at + 8] ?? 0), next: at + 9 }
}

/** A number as it is a row's key. Keys beyond what JavaScript counts exactly are none of ours. */
export function signed(value: number): number {
  return value >= 2 ** 63 ? value - 2 ** 64 : value
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8]

/** The values of a record, or null if the bytes are no whole record. Blobs, which no table of ours has, make it none. */
export function readRecord(bytes: Buffer): Value[] | null {
  const { value: headerBytes, next } = varint(bytes, 0)
  if (headerBytes > bytes.length || headerBytes < next) return null
  const values: Value[] = []
  let content = headerBytes
  for (let at = next; at < headerBytes;) {
    const { value: type, next: following } = varint(bytes, at)
    at = following
    const length = contentBytes(type)
    if (length === null || content + length > bytes.length) return null
    values.push(valueAt(bytes, type, content, length))
    content += length
  }
  return content === bytes.length ? values : null
}

function contentBytes(type: number): number | null {
  if (type <= 6) return INTEGER_BYTES[type] ?? null
  if (type === 7) return 8
  if (type === 8 || type === 9) return 0
  return type >= 13 && type % 2 === 1 ? (type - 13) / 2 : null
}

function valueAt(bytes: Buffer, type: number, at: number, length: number): Value {
  if (type === 0) return null
  if (type === 8) return 0
  if (type === 9) return 1
  if (type === 7) return bytes.readDoubleBE(at)
  if (type === 6) return Number(bytes.readBigInt64BE(at))
  if (type < 6) return bytes.readIntBE(at, length)
  return bytes.toString('utf8', at, at + length)
}
