/** Backups in a folder, each in a folder of its own, which share the files that have not changed between them. */
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isClaimAlive, newClaimName, parseClaim } from '../../platform/claim-name.ts'
import { makeFolderDurably, syncFolder, writeDurably } from '../../platform/durable-file.ts'
import { fileError } from '../../platform/file-errors.ts'
import { readRegularFile } from '../../platform/regular-file.ts'
import {
  MANIFEST,
  MAX_MANIFEST_BYTES,
  parseManifest,
  type BackedUpFile,
  type BackupManifest,
} from './manifest.ts'
import type { BackupTarget } from './target.ts'

const UNFINISHED = '.unfinished-'
const BACKUP = /^backup-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(\.\d+)?Z$/

/** The whole backups in a folder, the newest one first. */
export async function backupsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => BACKUP.test(name))
    .toSorted()
    .toReversed()
    .map((name) => join(folder, name))
}

/** Throws Corrupt, Unsupported, or NotFound where there is no manifest. */
export async function readManifest(backup: string): Promise<BackupManifest> {
  const text = await readRegularFile(join(backup, MANIFEST), MAX_MANIFEST_BYTES)
  return parseManifest(text.toString('utf8'), backup)
}

export async function folderTarget(folder: string): Promise<BackupTarget> {
  await makeFolderDurably(folder).catch((error: unknown) => {
    throw fileError(error, 'make the folder', folder)
  })
  await removeUnfinished(folder)
  const previous = await newestWhole(folder)
  const unfinished = join(folder, newClaimName(`${UNFINISHED}backup`))
  await mkdir(unfinished).catch((error: unknown) => {
    throw fileError(error, 'make the folder', unfinished)
  })
  const place = join(folder, `backup-${new Date().toISOString().replaceAll(':', '-')}`)
  const folders = new Set([unfinished])
  const fileIn = async (path: string): Promise<string> => {
    const file = join(unfinished, ...path.split('/'))
    for (let parent = dirname(file); !folders.has(parent); parent = dirname(parent)) {
      await mkdir(parent, { recursive: true })
      folders.add(parent)
    }
    return file
  }
  return {
    place,
    earlier: (path) => previous?.files.get(path),
    async reuse(path) {
      if (!previous) return false
      try {
        await link(join(previous.folder, ...path.split('/')), await fileIn(path))
        return true
      } catch {
        // Not every file system has hard links; then the file is copied again.
        return false
      }
    },
    async write(path, _bytes, content) {
      const file = await fileIn(path)
      try {
        // Never into a file that an earlier backup shares.
        await rm(file, { force: true })
        const handle = await open(file, 'wx')
        try {
          for await (const piece of content) await handle.writeFile(piece)
          await handle.sync()
        } finally {
          await handle.close()
        }
      } catch (error) {
        await rm(file, { force: true })
        throw fileError(error, 'write', file)
      }
    },
    async finish(manifest) {
      try {
        await writeDurably(join(unfinished, MANIFEST), manifest)
        for (const each of folders) await syncFolder(each)
        await rename(unfinished, place)
        await syncFolder(folder)
      } catch (error) {
        throw fileError(error, 'finish', place)
      }
    },
    abandon: () => rm(unfinished, { recursive: true, force: true, maxRetries: 3 }),
  }
}

async function newestWhole(
  folder: string,
): Promise<{ folder: string; files: Map<string, BackedUpFile> } | null> {
  for (const backup of await backupsIn(folder)) {
    // A damaged one is passed over; restoring it says so.
    const manifest = await readManifest(backup).catch(() => null)
    if (manifest) return { folder: backup, files: new Map(manifest.files.map((file) => [file.path, file])) }
  }
  return null
}

/** What processes that died have left. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const claim = name.startsWith(UNFINISHED) ? parseClaim(name) : null
    if (claim && !isClaimAlive(claim)) await rm(join(folder, name), { recursive: true, force: true })
  }
}
