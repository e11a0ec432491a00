/**
 * Finds every record in the pages of a database, whatever is damaged around it: neither the schema nor the tree of pages is
 * needed (sqlite.org/fileformat2.html#b_tree_pages).
 */
import type { Value } from '../value.ts'
import { readRecord, signed, varint } from './record-format.ts'

export interface FoundRecord {
  /** The key of a row in a table with keys; null for a row of a table WITHOUT ROWID, or of an index. */
  key: number | null
  values: Value[]
}

/** What this program's databases have. */
const USUAL_PAGE_BYTES = 4096
const FILE_HEADER_BYTES = 100
const INDEX_INTERIOR = 0x02
const INDEX_LEAF = 0x0a
const TABLE_LEAF = 0x0d

/** The records of a database's content, page by page. Pages that the database has freed are passed over. */
export function* recordsInPages(content: Buffer): Generator<FoundRecord> {
  const pageBytes = pageBytesOf(content)
  const free = freePages(content, pageBytes)
  for (let page = 1; page * pageBytes <= content.length; page++)
    if (!free.has(page)) yield* recordsIn(content, page, pageBytes)
}

function pageBytesOf(content: Buffer): number {
  if (content.length < FILE_HEADER_BYTES || content.toString('latin1', 0, 15) !== 'SQLite format 3')
    return USUAL_PAGE_BYTES
  const stored = content.readUInt16BE(16)
  const bytes = stored === 1 ? 65536 : stored
  return bytes >= 512 && (bytes & (bytes - 1)) === 0 ? bytes : USUAL_PAGE_BYTES
}

/** The pages of the list of free pages, as far as it can be followed. They have rows that were deleted. */
function freePages(content: Buffer, pageBytes: number): Set<number> {
  const free = new Set<number>()
  if (content.length < FILE_HEADER_BYTES) return free
  const pages = Math.floor(content.length / pageBytes)
  for (let trunk = content.readUInt32BE(32); trunk > 1 && trunk <= pages && !free.has(trunk);) {
    const at = (trunk - 1) * pageBytes
    const leaves = content.readUInt32BE(at + 4)
    if (leaves > pageBytes / 4 - 2) return free
    free.add(trunk)
    for (let leaf = 0; leaf < leaves; leaf++) free.add(content.readUInt32BE(at + 8 + 4 * leaf))
    trunk = content.readUInt32BE(at)
  }
  return free
}

function* recordsIn(content: Buffer, page: number, pageBytes: number): Generator<FoundRecord> {
  const start = (page - 1) * pageBytes
  const header = start + (page === 1 ? FILE_HEADER_BYTES : 0)
  const type = content[header]
  if (type !== INDEX_INTERIOR && type !== INDEX_LEAF && type !== TABLE_LEAF) return
  const cells = content.readUInt16BE(header + 3)
  const pointers = header + (type === INDEX_INTERIOR ? 12 : 8)
  if (pointers + 2 * cells > start + pageBytes) return
  for (let cell = 0; cell < cells; cell++) {
    const at = start + content.readUInt16BE(pointers + 2 * cell)
    if (at < pointers || at >= start + pageBytes) continue
    const found = recordAt(content, at + (type === INDEX_INTERIOR ? 4 : 0), type === TABLE_LEAF, {
      pageBytes,
      end: start + pageBytes,
    })
    if (found) yield found
  }
}

function recordAt(
  content: Buffer,
  at: number,
  hasKey: boolean,
  { pageBytes, end }: { pageBytes: number; end: number },
): FoundRecord | null {
  const size = varint(content, at)
  const key = hasKey ? varint(content, size.next) : null
  const begin = key?.next ?? size.next
  if (size.value > content.length) return null
  const local = localBytes(size.value, hasKey, pageBytes)
  if (begin + local > end) return null
  const parts = [content.subarray(begin, begin + local)]
  let missing = size.value - local
  if (missing > 0 && begin + local + 4 > end) return null
  for (let page = missing > 0 ? content.readUInt32BE(begin + local) : 0; missing > 0;) {
    const overflow = (page - 1) * pageBytes
    if (page < 2 || overflow + pageBytes > content.length) return null
    const length = Math.min(missing, pageBytes - 4)
    parts.push(content.subarray(overflow + 4, overflow + 4 + length))
    missing -= length
    page = content.readUInt32BE(overflow)
  }
  const values = readRecord(Buffer.concat(parts))
  return values && { key: key && signed(key.value), values }
}

/** The bytes of a record that are in the page itself; the rest is in a chain of overflow pages. */
function localBytes(size: number, isTable: boolean, usable: number): number {
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
  if (size <= most) return size
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const wanted = least + ((size - least) % (usable - 4))
  return wanted <= most ? wanted : least
}
