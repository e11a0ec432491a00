/** The trash of datasets: folders of a workspace's `trash/datasets/`, named after the dataset and the time. */
import { randomBytes } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { importRequest } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { isPlainName } from '../contract/plain-name.ts'
import { issueText } from '../model/issue-text.ts'
import { newClaimName } from '../platform/claim-name.ts'
import { syncFolder, writeDurably } from '../platform/durable-file.ts'
import { fileError, isMissing } from '../platform/file-errors.ts'
import { sizeOf } from '../platform/folder-size.ts'
import { sealJson } from '../platform/sealed-json.ts'
import { refuseLinks } from '../platform/workspace-links.ts'
import { nameTaken, readManifestIn, requireDataset } from './catalogue.ts'
import type { DatasetFolders } from './workspace-folders.ts'

export interface TrashedDataset {
  /** The name of its folder in the trash. */
  id: string
  name: string
  /** ISO 8601. */
  deletedAt: string
  bytes: number
}

const ENTRY = /^(.+)\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.[0-9a-f]{8}$/

/**
 * Moves a dataset to the trash, which one rename does, and returns its id there. `requireUnused` is asked at the last moment.
 * Mapped files stay readable.
 */
export async function trashDataset(
  folders: DatasetFolders,
  name: string,
  requireUnused: () => void = () => undefined,
): Promise<string> {
  const path = requireDataset(folders, name)
  const stamp = new Date().toISOString().replace(/\.\d+|[-:]/g, '')
  const id = `${name}.${stamp}.${randomBytes(4).toString('hex')}`
  refuseLinks(folders.workspace, folders.trash)
  requireUnused()
  try {
    // This is synchronous, so that no run can begin between the check and the rename.
    renameSync(path, join(folders.trash, id))
    await syncFolder(folders.trash)
    await syncFolder(folders.datasets)
    await rm(join(folders.workspace, 'verified', `${name}.json`), { force: true })
  } catch (error) {
    throw fileError(error, 'move to the trash', path)
  }
  return id
}

/** In no order. Folders with other names, which nothing writes, are left out. */
export async function listTrashedDatasets(folders: DatasetFolders): Promise<TrashedDataset[]> {
  refuseLinks(folders.workspace, folders.trash)
  const names = await readdir(folders.trash).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw fileError(error, 'list', folders.trash)
  })
  const found: TrashedDataset[] = []
  for (const id of names) {
    const [, name, ...time] = ENTRY.exec(id) ?? []
    if (name === undefined) continue
    const [year, month, day, hour, minute, second] = time
    const deletedAt = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
    found.push({ id, name, deletedAt, bytes: await sizeOf(join(folders.trash, id)) })
  }
  return found
}

/**
 * Moves a dataset back, under another name if one is given, and returns its name. Throws NotFound, InvalidArgument for a
 * name that no dataset can have, and AlreadyExists if it is in use.
 */
export async function restoreDataset(folders: DatasetFolders, id: string, name?: string): Promise<string> {
  const { path, name: former } = requireTrashed(folders, id)
  const wanted = name ?? former
  if (name !== undefined && name !== former) {
    const problem = importRequest.shape.name.safeParse(name).error?.issues[0]
    if (problem)
      throw new StudioError('InvalidArgument', `The name is ${name}. ${issueText(problem)}`, {
        field: 'name',
      })
  }
  const target = join(folders.datasets, wanted)
  refuseLinks(folders.workspace, target)
  if (existsSync(target)) throw nameTaken(wanted)
  if (wanted !== former) await rename(path, wanted)
  try {
    renameSync(path, target)
    await syncFolder(folders.datasets)
    await syncFolder(folders.trash)
  } catch (error) {
    throw existsSync(target) ? nameTaken(wanted) : fileError(error, 'restore', path)
  }
  return wanted
}

/** Writes the new name into the manifest. One that is damaged stays as it is, and is listed with its problem. */
async function rename(path: string, name: string): Promise<void> {
  const manifest = await readManifestIn(path, name).catch(() => null)
  if (manifest) await writeDurably(join(path, 'manifest.json'), sealJson({ ...manifest, name }))
}

/** Deletes a dataset in the trash for good. Throws NotFound. */
export async function removeTrashedDataset(folders: DatasetFolders, id: string): Promise<void> {
  const { path } = requireTrashed(folders, id)
  // Elsewhere first, so that an interrupted deletion leaves no part of a dataset in the trash.
  const discarded = join(folders.importing, newClaimName(`.removed-${randomBytes(4).toString('hex')}`))
  try {
    renameSync(path, discarded)
    await rm(discarded, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    throw fileError(error, 'delete', path)
  }
}

function requireTrashed(folders: DatasetFolders, id: string): { path: string; name: string } {
  const name = isPlainName(id) ? ENTRY.exec(id)?.[1] : undefined
  const path = join(folders.trash, id)
  if (name !== undefined && isPlainName(name)) {
    refuseLinks(folders.workspace, path)
    if (existsSync(path)) return { path, name }
  }
  throw new StudioError('NotFound', `${id} is not in the trash: it may have been restored or deleted.`, {
    field: 'id',
  })
}
