/**
 * Reads a database with its write-ahead log without writing anything beside it, because SQLite itself cannot open one
 * in WAL mode on a full disk or in a folder that cannot be written.
 */
import { readFileSync, statSync } from 'node:fs'

const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const WAL_MAGIC = 0x377f0682
/** The bytes that say whether a database uses a write-ahead log (2) or not (1). */
const FORMAT_OFFSETS = [18, 19]
const ATTEMPTS = 20

/**
 * The content as of the last commit, as a buffer that SQLite can open in memory. Throws the system's error if the file
 * cannot be read.
 */
export function readOnlyContent(file: string): Buffer {
  for (let attempt = 1; ; attempt++) {
    const before = stamp(file)
    const database = readFileSync(file)
    const log = readLog(`${file}-wal`)
    // A process that writes in the meantime may move frames from one file to the other between the two reads.
    if (attempt === ATTEMPTS || stamp(file) === before)
      return withoutLog(log ? applied(database, log) : database)
  }
}

function readLog(file: string): Buffer | null {
  try {
    const log = readFileSync(file)
    return log.length > WAL_HEADER_BYTES ? log : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function stamp(file: string): string {
  return [file, `${file}-wal`]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((info) => (info ? `${info.size} ${info.mtimeMs}` : 'none'))
    .join()
}

/** The pages of every frame up to the last commit, each at its position. Frames of an earlier round do not count. */
function applied(database: Buffer, log: Buffer): Buffer {
  const magic = log.readUInt32BE(0)
  if ((magic & ~1) >>> 0 !== WAL_MAGIC) return database
  const bigEndian = (magic & 1) === 1
  const pageSize = log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  let sum = checksum(log, 0, 24, [0, 0], bigEndian)
  if (!sameSum(log, 24, sum)) return database
  const frames: { page: number; offset: number }[] = []
  let committed = 0
  let pages = 0
  for (let at = WAL_HEADER_BYTES; at + FRAME_HEADER_BYTES + pageSize <= log.length;) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break
    sum = checksum(log, at, at + 8, sum, bigEndian)
    sum = checksum(log, at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + pageSize, sum, bigEndian)
    if (!sameSum(log, at + 16, sum)) break
    frames.push({ page: log.readUInt32BE(at), offset: at + FRAME_HEADER_BYTES })
    const size = log.readUInt32BE(at + 4)
    if (size > 0) [committed, pages] = [frames.length, size]
    at += FRAME_HEADER_BYTES + pageSize
  }
  if (committed === 0) return database
  const whole = Buffer.alloc(pages * pageSize)
  database.copy(whole, 0, 0, Math.min(database.length, whole.length))
  for (const { page, offset } of frames.slice(0, committed)) {
    if (page <= pages) log.copy(whole, (page - 1) * pageSize, offset, offset + pageSize)
  }
  return whole
}

type Sum = [number, number]

/** SQLite's own checksum over words of 32 bits, two at a time. */
function checksum(bytes: Buffer, from: number, to: number, [first, second]: Sum, bigEndian: boolean): Sum {
  const word = (at: number): number => (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at))
  for (let at = from; at < to; at += 8) {
    first = (first + word(at) + second) >>> 0
    second = (second + word(at + 4) + first) >>> 0
  }
  return [first, second]
}

const sameSum = (bytes: Buffer, at: number, [first, second]: Sum): boolean =>
  bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second

/** There is no log in memory, and a database that asks for one cannot be opened there. */
function withoutLog(database: Buffer): Buffer {
  for (const offset of FORMAT_OFFSETS) if (database[offset] === 2) database[offset] = 1
  return database
}
