/** Makes a workspace of a backup, in an empty folder. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { openStudioDatabase } from '../../../db/index.ts'
import { StudioError } from '../../contract/errors.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import { makeFolderDurably, syncFolder } from '../../platform/durable-file.ts'
import { fileError, isMissing } from '../../platform/file-errors.ts'
import { databaseFile } from '../../platform/workspace.ts'
import { throwIfCancelled, type Work } from '../work.ts'
import type { BackedUpFile } from './manifest.ts'
import { damagedBackup } from './manifest.ts'
import { openBackup, type BackupSource } from './source.ts'

export interface RestoreOutcome {
  backup: string
  /** null if the backup was only verified. */
  workspace: string | null
  createdAt: string
  files: number
  bytes: number
  /** What was damaged when it was backed up, in sentences. */
  problems: string[]
}

/** In the restored folder until everything is there. */
const UNFINISHED = '.restoring'
const NAMED = 5
const NOTHING_LEFT = 'Nothing was restored.'

/** A folder beside the workspace that does not exist yet. */
export const placeBeside = (workspace: string): string => placeIn(dirname(resolve(workspace)), workspace)

/** A folder that does not exist yet in another one, named after the workspace and the day. */
export function placeIn(folder: string, workspace: string): string {
  const day = new Date().toISOString().slice(0, 10)
  const place = join(folder, `${basename(resolve(workspace))}-restored-${day}`)
  for (let number = 1; ; number++) {
    const path = number === 1 ? place : `${place}-${number}`
    if (!existsSync(path)) return path
  }
}

/** Reads the whole backup. Throws Corrupt with the first files that are damaged or missing. */
export async function verifyBackup(from: string, work: Work): Promise<RestoreOutcome> {
  const source = await openBackup(from)
  try {
    await verify(source, work)
    return outcomeOf(source, null)
  } finally {
    await source.close()
  }
}

/**
 * Restores a backup into a folder that is empty or does not exist. Every checksum is compared before anything is written.
 * Runs that were being trained are interrupted, and can be resumed. Throws AlreadyExists for a folder that is not empty,
 * Corrupt for a damaged backup, Cancelled, DiskFull or Io; nothing that could be taken for a workspace remains then.
 */
export async function restoreBackup(
  { from, to }: { from: string; to: string },
  work: Work,
): Promise<RestoreOutcome> {
  const workspace = resolve(to)
  await requireEmpty(workspace)
  const source = await openBackup(from)
  try {
    await verify(source, { ...work, report: (fraction, message) => work.report(fraction / 2, message) })
    requireFreeSpace(existsSync(workspace) ? workspace : dirname(workspace), source.manifest.bytes)
    await write(source, workspace, work)
    return outcomeOf(source, workspace)
  } finally {
    await source.close()
  }
}

const outcomeOf = ({ place, manifest }: BackupSource, workspace: string | null): RestoreOutcome => ({
  backup: place,
  workspace,
  createdAt: manifest.createdAt,
  files: manifest.files.length,
  bytes: manifest.bytes,
  problems: manifest.problems,
})

async function requireEmpty(workspace: string): Promise<void> {
  const names = await readdir(workspace).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fileError(error, 'list', workspace)
  })
  if (names.every((name) => name === UNFINISHED)) return
  throw new StudioError(
    'AlreadyExists',
    `${workspace} is not empty, and a backup is never restored over anything: choose an empty or a new folder.`,
    { field: 'to', file: workspace },
  )
}

async function verify(source: BackupSource, { signal, report }: Work): Promise<void> {
  const { files, bytes: total } = source.manifest
  const damaged: string[] = []
  let done = 0
  for (const file of files) {
    throwIfCancelled(signal, NOTHING_LEFT)
    report(total === 0 ? 0 : done / total, `Checking ${file.path}`)
    if (!(await isWhole(source, file))) damaged.push(file.path)
    done += file.bytes
  }
  if (damaged.length === 0) return
  const more = damaged.length > NAMED ? ` and ${damaged.length - NAMED} more` : ''
  const named = damaged.slice(0, NAMED).join(', ')
  throw damagedBackup(
    source.place,
    `${named}${more} ${damaged.length === 1 ? 'is' : 'are'} not what was backed up`,
  )
}

async function isWhole(source: BackupSource, file: BackedUpFile): Promise<boolean> {
  try {
    const hash = createHash('sha256')
    for await (const piece of source.read(file.path)) hash.update(piece)
    return hash.digest('hex') === file.sha256
  } catch (error) {
    if (isMissing(error) || (error instanceof StudioError && error.data.code === 'Corrupt')) return false
    throw error
  }
}

async function write(source: BackupSource, workspace: string, work: Work): Promise<void> {
  const unfinished = join(workspace, UNFINISHED)
  const existed = existsSync(workspace)
  const moved: string[] = []
  try {
    await makeFolderDurably(workspace)
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished)
    const { files, bytes: total } = source.manifest
    const folders = new Set([unfinished])
    let done = 0
    for (const file of files) {
      throwIfCancelled(work.signal, NOTHING_LEFT)
      work.report(0.5 + (total === 0 ? 0 : done / total / 2), `Restoring ${file.path}`)
      await writeFile(source, file, join(unfinished, ...file.path.split('/')), folders)
      done += file.bytes
    }
    for (const folder of folders) await syncFolder(folder)
    interruptRuns(databaseFile(unfinished))
    // The database comes last, because with it the folder is a workspace.
    const names = (await readdir(unfinished)).toSorted(
      (a, b) => Number(a === 'studio.db') - Number(b === 'studio.db'),
    )
    for (const name of names) {
      await rename(join(unfinished, name), join(workspace, name))
      moved.push(join(workspace, name))
    }
    await syncFolder(workspace)
    await rm(unfinished, { recursive: true, force: true })
  } catch (error) {
    const written = existed ? [unfinished, ...moved] : [workspace]
    for (const path of written) await rm(path, { recursive: true, force: true }).catch(() => undefined)
    throw fileError(error, 'restore', workspace)
  }
}

async function writeFile(
  source: BackupSource,
  file: BackedUpFile,
  path: string,
  folders: Set<string>,
): Promise<void> {
  for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) {
    await mkdir(folder, { recursive: true })
    folders.add(folder)
  }
  const hash = createHash('sha256')
  const handle = await open(path, 'wx')
  try {
    for await (const piece of source.read(file.path)) {
      hash.update(piece)
      await handle.writeFile(piece)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (hash.digest('hex') !== file.sha256)
    throw damagedBackup(source.place, `${file.path} changed while it was read`)
}

/** The processes that trained them train the original. A database that cannot be opened is left as it is. */
function interruptRuns(file: string): void {
  if (!existsSync(file)) return
  try {
    const database = openStudioDatabase(file)
    try {
      if (database.readOnly) return
      for (const { id } of database.runList.live())
        database.runs.end(id, { status: 'interrupted', error: null })
    } finally {
      database.close()
    }
  } catch {
    // What was damaged when it was backed up is repaired in the restored workspace.
  }
}
