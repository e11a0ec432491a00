import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../contract/errors.ts'
import { refuseLinks } from '../platform/workspace-links.ts'
import { syncFolder } from '../platform/durable-file.ts'
import { isClaimAlive, newClaimName, parseClaim } from '../platform/claim-name.ts'
import { fileError } from '../platform/file-errors.ts'
import { nameTaken } from './catalogue.ts'
import type { DatasetFolders } from './workspace-folders.ts'

/** A dataset name that this process has reserved, with a folder to work in until the dataset is finished. */
export interface Claim {
  name: string
  /** For intermediate files; it exists. */
  folder: string
  /** The folder into which the native importer writes; it does not exist yet. */
  destination: string
  /** Moves the finished `destination` into datasets/. */
  publish(): Promise<void>
  /** Removes the folder and its content. */
  release(): Promise<void>
}

/** Reserves the name, or throws AlreadyExists if a dataset or a running import has it. */
export async function claimName(folders: DatasetFolders, name: string): Promise<Claim> {
  const target = join(folders.datasets, name)
  refuseLinks(folders.workspace, folders.importing)
  refuseLinks(folders.workspace, target)
  if (existsSync(target)) throw nameTaken(name)
  const own = newClaimName(name)
  const folder = join(folders.importing, own)
  const destination = join(folder, 'prepared')
  await mkdir(folder).catch((error: unknown) => {
    throw fileError(error, 'make the folder', folder)
  })
  const release = () => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  // The name is searched after creating our own folder, so that of two imports that start at once neither can miss the
  // other.
  if (await claimedByOther(folders, name, own)) {
    await release()
    throw new StudioError(
      'AlreadyExists',
      `A dataset named ${name} is already being imported. Wait for it, cancel it, or choose another name.`,
      { field: 'name' },
    )
  }
  const publish = async () => {
    refuseLinks(folders.workspace, target)
    // A rename would replace an empty folder of this name, which nobody needs; it fails for a folder with content.
    await rename(destination, target).catch((error: unknown) => {
      throw existsSync(target) ? nameTaken(name) : fileError(error, 'finish the dataset in', target)
    })
    await syncFolder(folders.datasets)
  }
  return { name, folder, destination, publish, release }
}

async function claimedByOther(folders: DatasetFolders, name: string, own: string): Promise<boolean> {
  for (const entry of await readdir(folders.importing)) {
    const claim = entry === own ? null : parseClaim(entry)
    if (claim?.dataset === name && isClaimAlive(claim)) return true
  }
  return false
}
