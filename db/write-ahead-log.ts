/**
 * Finds damage in a write-ahead log that SQLite does not report. SQLite takes the first frame whose checksum differs for the
 * end of the log, as after a power cut, and drops every transaction behind it. The format is described at
 * https://sqlite.org/fileformat2.html#walformat.
 */
import { readFileSync, statSync } from 'node:fs'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** Big-endian checksums have the lowest bit set. */
const MAGIC = 0x377f0682
/** A log is emptied at about 4 MB. Reading one of this size takes half a second. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Whether a log contains a finished transaction that SQLite will not read. Frames that a killed process left unfinished and
 * frames of an earlier use of the log are no damage.
 */
export function losesTransactions(logFile: string): boolean {
  const found = statSync(logFile, { throwIfNoEntry: false })
  if (!found?.isFile() || found.size > MAX_BYTES) return false
  // Another process may write while this one reads, so what it was writing is complete only in the second reading.
  return dropsTransactions(readFileSync(logFile)) && dropsTransactions(readFileSync(logFile))
}

function dropsTransactions(log: Buffer): boolean {
  if (log.length < HEADER_BYTES) return false
  const bigEndian = (log.readUInt32BE(0) & 1) === 1
  const pageBytes = log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  const frameBytes = FRAME_HEADER_BYTES + pageBytes
  const isOfThisUse = (at: number): boolean => log.subarray(at + 8, at + 16).equals(salts)
  const finishesTransaction = (at: number): boolean => isOfThisUse(at) && log.readUInt32BE(at + 4) !== 0

  const sum = new Checksum(bigEndian)
  sum.add(log.subarray(0, 24))
  const isHeaderIntact = (log.readUInt32BE(0) & ~1) === MAGIC && sum.equals(log.subarray(24, 32))
  if (!isHeaderIntact) return log.length > HEADER_BYTES
  let at = HEADER_BYTES
  for (; at + frameBytes <= log.length; at += frameBytes) {
    if (!isOfThisUse(at)) break
    sum.add(log.subarray(at, at + 8))
    sum.add(log.subarray(at + FRAME_HEADER_BYTES, at + frameBytes))
    if (!sum.equals(log.subarray(at + 16, at + 24))) break
  }
  for (; at + frameBytes <= log.length; at += frameBytes) if (finishesTransaction(at)) return true
  return false
}

/** The log's running checksum over pairs of 32-bit words. */
class Checksum {
  readonly #bigEndian: boolean
  #first = 0
  #second = 0

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian
  }

  add(bytes: Buffer): void {
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      this.#first = (this.#first + this.#word(bytes, at) + this.#second) >>> 0
      this.#second = (this.#second + this.#word(bytes, at + 4) + this.#first) >>> 0
    }
  }

  equals(stored: Buffer): boolean {
    return stored.readUInt32BE(0) === this.#first && stored.readUInt32BE(4) === this.#second
  }

  #word(bytes: Buffer, at: number): number {
    return this.#bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
  }
}
