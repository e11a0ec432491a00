/** A backup in one file, a tar archive whose last entry is the manifest. */
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { newClaimName } from '../../platform/claim-name.ts'
import { clearPath, makeFolderDurably, syncFolder } from '../../platform/durable-file.ts'
import { fileError } from '../../platform/file-errors.ts'
import { MANIFEST } from './manifest.ts'
import { padding, tarEnd, tarHeader } from './tar.ts'
import type { BackupTarget } from './target.ts'

/** Throws AlreadyExists for an existing file unless `replace` is set. */
export async function archiveTarget(place: string, { replace }: { replace: boolean }): Promise<BackupTarget> {
  if (existsSync(place) && !replace)
    throw new StudioError('AlreadyExists', `${place} already exists: choose another file or add --force.`, {
      file: place,
    })
  await makeFolderDurably(dirname(place)).catch((error: unknown) => {
    throw fileError(error, 'make the folder', dirname(place))
  })
  const unfinished = join(dirname(place), newClaimName(`.${basename(place)}`))
  await clearPath(unfinished)
  const handle = await open(unfinished, 'wx').catch((error: unknown) => {
    throw fileError(error, 'write', place)
  })
  const append = (bytes: Uint8Array) => handle.writeFile(bytes)
  async function write(path: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      await append(tarHeader({ path, bytes }))
      let written = 0
      try {
        for await (const piece of content) {
          await append(piece)
          written += piece.length
        }
      } finally {
        // What could not be read is filled up, so that the entries after it stay where they have to be.
        for (let missing = bytes - written; missing > 0; missing -= 1 << 20)
          await append(Buffer.alloc(Math.min(missing, 1 << 20)))
        await append(Buffer.alloc(padding(bytes)))
      }
    } catch (error) {
      throw fileError(error, 'write', place)
    }
  }
  return {
    place,
    earlier: () => undefined,
    reuse: () => Promise.resolve(false),
    write,
    async finish(manifest) {
      const bytes = Buffer.from(manifest)
      await write(MANIFEST, bytes.length, only(bytes))
      try {
        await append(tarEnd())
        await handle.sync()
        await handle.close()
        await rename(unfinished, place)
        await syncFolder(dirname(place))
      } catch (error) {
        throw fileError(error, 'finish', place)
      }
    },
    async abandon() {
      await handle.close().catch(() => undefined)
      await rm(unfinished, { force: true })
    },
  }
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
