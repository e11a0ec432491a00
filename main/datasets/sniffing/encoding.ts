import type { FilePreview } from '../../contract/datasets.ts'

export type TextEncoding = FilePreview['encoding']

export interface EncodingGuess {
  encoding: TextEncoding
  /** The 1-based line of the first byte that is not UTF-8; null if all are. */
  invalidLine: number | null
}

/** Bytes that Windows-1252 does not define, and ÿ, × and ÷, which hardly occur in words. */
const UNLIKELY = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d, 0xd7, 0xf7, 0xff])
/** Western words have one or two accented letters in a row. Longer runs belong to another alphabet. */
const MAX_RUN_LENGTH = 2

/** UTF-8, unless the bytes are invalid and resemble Western text in Latin-1. */
export function detectEncoding(bytes: Buffer): EncodingGuess {
  const invalid = firstInvalid(bytes)
  if (invalid < 0) return { encoding: 'utf-8', invalidLine: null }
  const invalidLine = bytes
    .subarray(0, invalid)
    .toString('latin1')
    .split(/\r\n?|\n/).length
  return { encoding: looksLikeLatin1(bytes) ? 'latin1' : 'utf-8', invalidLine }
}

/** Whether text begins with the byte order mark of UTF-16, as distinct from UTF-32's. */
export function hasUtf16Mark(bytes: Buffer): boolean {
  const mark = bytes.subarray(0, 2).toString('latin1')
  return mark === '\xfe\xff' || (mark === '\xff\xfe' && bytes.subarray(2, 4).toString('latin1') !== '\0\0')
}

/**
 * UTF-16 in the byte order of its mark, or of an ASCII character in front, else little-endian; a unit cut at the end is
 * left out.
 */
export function utf16ToUtf8(bytes: Buffer): Buffer {
  const isBigEndian = /^(\xfe\xff|\0[!-~])/.test(bytes.subarray(0, 2).toString('latin1'))
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2))
  return Buffer.from(new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(whole))
}

/**
 * Text with line feeds only and without a byte order mark. Invalid UTF-8 becomes U+FFFD, so that a preview can show it.
 */
export function decodeText(bytes: Buffer, encoding: TextEncoding): string {
  const decoder = new TextDecoder(encoding === 'latin1' ? 'windows-1252' : 'utf-8')
  return decoder.decode(bytes).replace(/\r\n?/g, '\n')
}

/** Offset of the first byte that belongs to no UTF-8 character, or -1. */
function firstInvalid(bytes: Buffer): number {
  if (isUtf8(bytes)) return -1
  let [valid, invalid] = [0, bytes.length]
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    if (isUtf8(bytes.subarray(0, middle), true)) valid = middle
    else invalid = middle
  }
  return valid
}

function isUtf8(bytes: Buffer, mayBeCut = false): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: mayBeCut })
    return true
  } catch {
    return false
  }
}

/** Whether letters beyond ASCII are in words, singly or in pairs, and no bytes make up a UTF-8 character. */
function looksLikeLatin1(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  if (/[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}/.test(text)) return false
  let inWords = 0
  for (const [word] of text.matchAll(/[A-Za-z\u0080-\u00ff]+/g)) {
    if ([...word].some((sign) => UNLIKELY.has(sign.charCodeAt(0)))) return false
    const runs = word.match(/[\u00c0-\u00ff]+/g) ?? []
    if (runs.some((run) => run.length > MAX_RUN_LENGTH)) return false
    if (runs.length > 0 && /[A-Za-z]/.test(word)) inWords++
  }
  return inWords > 0
}
