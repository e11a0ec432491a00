/** Reads a backup: a folder, the newest one of a folder of backups, or a tar archive. */
import { existsSync, statSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { piecesOf } from '../../platform/pieces.ts'
import { openRegularFile } from '../../platform/regular-file.ts'
import { backupsIn, readManifest } from './folder-target.ts'
import {
  damagedBackup,
  MANIFEST,
  MAX_MANIFEST_BYTES,
  parseManifest,
  type BackupManifest,
} from './manifest.ts'
import { BLOCK, padding, readHeader, readPax } from './tar.ts'

/** More records than this, no name needs. */
const MAX_PAX_BYTES = 64 * 1024

export interface BackupSource {
  readonly place: string
  readonly manifest: BackupManifest
  /** The content of one of the manifest's files. Throws NotFound or Io. */
  read(path: string): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** Throws NotFound where there is no whole backup, Corrupt for a damaged one, or Unsupported for one of a newer release. */
export async function openBackup(from: string): Promise<BackupSource> {
  const place = resolve(from)
  const info = statSync(place, { throwIfNoEntry: false })
  if (!info) throw noBackup(place, 'it does not exist')
  if (!info.isDirectory()) return openArchive(place)
  if (existsSync(join(place, MANIFEST))) return openFolder(place)
  const [newest] = await backupsIn(place)
  if (newest === undefined)
    throw noBackup(place, `it has no ${MANIFEST}, which is written last, and no whole backups`)
  return openFolder(newest)
}

async function openFolder(place: string): Promise<BackupSource> {
  return {
    place,
    manifest: await readManifest(place),
    async *read(path) {
      const handle = await openRegularFile(join(place, ...path.split('/')))
      try {
        yield* piecesOf(handle, 0, (await handle.stat()).size)
      } finally {
        await handle.close()
      }
    },
    close: () => Promise.resolve(),
  }
}

interface Extent {
  offset: number
  bytes: number
}

async function openArchive(place: string): Promise<BackupSource> {
  const handle = await openRegularFile(place)
  try {
    const entries = await entriesOf(handle, place)
    const last = entries.get(MANIFEST)
    if (!last || last.bytes > MAX_MANIFEST_BYTES)
      throw noBackup(place, `it does not end with ${MANIFEST}, so it is no backup or only a part of one`)
    const text = Buffer.alloc(last.bytes)
    await handle.read(text, 0, last.bytes, last.offset)
    const manifest = parseManifest(text.toString('utf8'), place)
    return {
      place,
      manifest,
      async *read(path) {
        const entry = entries.get(path)
        if (!entry) throw damagedBackup(place, `${path} is missing from it`)
        yield* piecesOf(handle, entry.offset, entry.bytes)
      },
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Where each file's content is. Of several entries of one name the last one counts, as in every tar archive. */
async function entriesOf(handle: FileHandle, place: string): Promise<Map<string, Extent>> {
  const entries = new Map<string, Extent>()
  const { size } = await handle.stat()
  const block = Buffer.alloc(BLOCK)
  let extended: { path?: string; bytes?: number } = {}
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(block, 0, BLOCK, at)
    if (bytesRead < BLOCK) throw damagedBackup(place, 'it ends too early')
    const header = readHeader(block, place)
    if (!header) return entries
    const { type, path, bytes } = { ...header, ...(header.type === 'x' ? {} : extended) }
    const offset = at + BLOCK
    at = offset + bytes + padding(bytes)
    if (bytes < 0 || at > size) throw damagedBackup(place, 'it ends too early')
    if (type === 'x') {
      const records = Buffer.alloc(Math.min(bytes, MAX_PAX_BYTES))
      await handle.read(records, 0, records.length, offset)
      extended = readPax(records)
    } else {
      if (type === '0' || type === '\0') entries.set(path, { offset, bytes })
      extended = {}
    }
  }
}

const noBackup = (place: string, why: string): StudioError =>
  new StudioError('NotFound', `There is no backup at ${place}: ${why}.`, { file: place })
