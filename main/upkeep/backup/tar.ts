/** The parts of the tar format that a backup in one file needs: regular files, with long names and sizes (POSIX pax). */
import { StudioError } from '../../contract/errors.ts'

export const BLOCK = 512
/** The largest size that the classic header's eleven octal digits can have. */
const MAX_OCTAL = 8 ** 11 - 1

export interface TarEntry {
  path: string
  bytes: number
}

/** The zeros after a content of this length, so that the next header begins at a whole block. */
export const padding = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK

/** The header of a file, preceded by an extended one if its name or size needs that. */
export function tarHeader({ path, bytes }: TarEntry): Buffer {
  const isLong = Buffer.byteLength(path) > 100
  if (!isLong && bytes <= MAX_OCTAL) return header(path, bytes, '0')
  const records = Buffer.from([paxRecord('path', path), paxRecord('size', String(bytes))].join(''))
  const extended = header('backup-entry', records.length, 'x')
  const shortened = header(isLong ? 'backup-entry' : path, Math.min(bytes, MAX_OCTAL), '0')
  return Buffer.concat([extended, records, Buffer.alloc(padding(records.length)), shortened])
}

/** The end of an archive. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK)

function header(path: string, bytes: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  block.write(path, 0, 100, 'utf8')
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(bytes, 124, 12)
  octal(Math.floor(Date.now() / 1000), 136, 12)
  block.write('        ', 148, 'latin1')
  block.write(type, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** A record's length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = Buffer.byteLength(rest)
  const digits = String(bytes + String(bytes).length).length
  return `${bytes + digits}${rest}`
}

export interface Header extends TarEntry {
  type: string
}

/** null at the end of the archive. Throws Corrupt if the block is no header. */
export function readHeader(block: Buffer, file: string): Header | null {
  if (block.every((byte) => byte === 0)) return null
  const stored = Number.parseInt(block.toString('latin1', 148, 156), 8)
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  const bytes = Number.parseInt(block.toString('latin1', 124, 136), 8)
  if (stored !== sum || !Number.isSafeInteger(bytes))
    throw new StudioError('Corrupt', `${file} is damaged or is no tar archive: use another backup.`, { file })
  const name = block.toString('utf8', 0, 100)
  const end = name.indexOf('\0')
  return { path: end < 0 ? name : name.slice(0, end), bytes, type: block.toString('latin1', 156, 157) }
}

/** What an extended header says about the file after it. */
export function readPax(records: Buffer): Partial<TarEntry> {
  const found: Partial<TarEntry> = {}
  for (let at = 0; at < records.length;) {
    const blank = records.indexOf(0x20, at)
    const length = Number(records.toString('latin1', at, blank))
    if (blank < 0 || !Number.isSafeInteger(length) || length <= blank - at) break
    const [key, ...value] = records.toString('utf8', blank + 1, at + length - 1).split('=')
    if (key === 'path') found.path = value.join('=')
    if (key === 'size') found.bytes = Number(value.join('='))
    at += length
  }
  return found
}
