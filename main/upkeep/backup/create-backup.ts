/** Copies a workspace while it is in use. */
import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { snapshotDatabase } from '../../../db/index.ts'
import { APP_VERSION } from '../../app-version.ts'
import { StudioError } from '../../contract/errors.ts'
import type { BackupOutcome } from '../../contract/upkeep.ts'
import { piecesOf } from '../../platform/pieces.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import { fileError, isMissing } from '../../platform/file-errors.ts'
import { openRegularFile } from '../../platform/regular-file.ts'
import { sealJson } from '../../platform/sealed-json.ts'
import { databaseFile } from '../../platform/workspace.ts'
import { appendAll } from '../../model/extremes.ts'
import { throwIfCancelled, type Work } from '../work.ts'
import { archiveTarget } from './archive-target.ts'
import { filesBelow, topLevelNames, type LeftOut, type SourceFile } from './contents.ts'
import { folderTarget } from './folder-target.ts'
import { BACKUP_FORMAT, BACKUP_VERSION, type BackedUpFile, type BackupManifest } from './manifest.ts'
import { RecordedChecksums } from './recorded-checksums.ts'
import type { BackupTarget } from './target.ts'

export interface BackupRequest {
  workspace: string
  /** A folder, in which each backup gets a folder of its own, or a file whose name ends in .tar. */
  to: string
  /** Whether to replace an existing file. */
  replace?: boolean
}

const NOTHING_LEFT = 'There is no new backup; earlier ones are as they were.'
/** A run's folder that still changes after so many attempts is copied without what changes. */
const ATTEMPTS = 5

/**
 * Backs up a workspace. The database is copied as it is at one moment, and then the files: a run that is trained meanwhile
 * may have newer checkpoints than its row says, as after a crash, and goes on from the last one. Throws Cancelled, DiskFull,
 * InvalidArgument for a place inside the workspace, Io, or NotFound; no part of a backup remains then.
 */
export async function createBackup(
  { workspace, to, replace = false }: BackupRequest,
  work: Work,
): Promise<BackupOutcome> {
  const began = performance.now()
  const place = resolve(to)
  requireElsewhere(workspace, place)
  if (!existsSync(workspace))
    throw new StudioError('NotFound', `There is no workspace ${workspace} to back up.`, { file: workspace })
  const target = await (/\.tar$/i.test(place) ? archiveTarget(place, { replace }) : folderTarget(place))
  try {
    const { manifest, reused } = await new Backup(workspace, target, work).copy()
    throwIfCancelled(work.signal, NOTHING_LEFT)
    await target.finish(sealJson(manifest))
    const { files, bytes, leftOut, problems } = manifest
    return {
      backup: target.place,
      files: files.length,
      bytes,
      reused,
      leftOut,
      problems,
      sameDisk: statSync(workspace).dev === statSync(target.place).dev,
      durationMs: performance.now() - began,
    }
  } catch (error) {
    await target.abandon()
    throwIfCancelled(work.signal, NOTHING_LEFT)
    throw error
  }
}

class Backup {
  readonly #workspace: string
  readonly #target: BackupTarget
  readonly #work: Work
  #files: BackedUpFile[] = []
  readonly #leftOut: LeftOut[] = []
  readonly #problems: string[] = []
  readonly #recorded: RecordedChecksums
  #reused = 0
  #copied = 0
  #total = 1

  constructor(workspace: string, target: BackupTarget, work: Work) {
    this.#workspace = workspace
    this.#recorded = new RecordedChecksums(workspace)
    this.#target = target
    this.#work = work
  }

  async copy(): Promise<{ manifest: BackupManifest; reused: number }> {
    // Runs that begin later are not in the database's copy, so their folders are not copied either.
    const places = await this.#places()
    await this.#requireRoom(places)
    await this.#copyDatabase()
    for (const place of places) await this.#copyPlace(place)
    const bytes = this.#files.reduce((sum, file) => sum + file.bytes, 0)
    const manifest: BackupManifest = {
      format: BACKUP_FORMAT,
      version: BACKUP_VERSION,
      createdAt: new Date().toISOString(),
      appVersion: APP_VERSION,
      workspace: this.#workspace,
      bytes,
      files: this.#files,
      leftOut: this.#leftOut,
      problems: this.#problems,
    }
    return { manifest, reused: this.#reused }
  }

  /** Each dataset and each run's checkpoints is a place of its own, because it changes as a whole. */
  async #places(): Promise<string[]> {
    const places: string[] = []
    for (const name of await topLevelNames(this.#workspace)) {
      const below = ['datasets', 'checkpoints'].includes(name)
        ? await readdir(join(this.#workspace, name)).catch(() => null)
        : null
      if (below)
        appendAll(
          places,
          below.toSorted().map((child) => `${name}/${child}`),
        )
      else places.push(name)
    }
    return places
  }

  async #requireRoom(places: readonly string[]): Promise<void> {
    let needed = 0
    for (const place of places)
      for (const file of await filesBelow(this.#workspace, place, () => undefined)) {
        this.#total += file.bytes
        if (!this.#isUnchanged(file)) needed += file.bytes
      }
    const database = statSync(databaseFile(this.#workspace), { throwIfNoEntry: false })?.size ?? 0
    this.#total += database
    // For a moment there are two copies of the database.
    requireFreeSpace(dirname(this.#target.place), needed + 2 * database)
  }

  #isUnchanged({ path, bytes, modified }: SourceFile): boolean {
    const earlier = this.#target.earlier(path)
    return earlier?.bytes === bytes && earlier.modified === String(modified)
  }

  async #copyDatabase(): Promise<void> {
    const source = databaseFile(this.#workspace)
    if (!existsSync(source)) return
    const folder = await mkdtemp(join(dirname(this.#target.place), '.database-')).catch((error: unknown) => {
      throw fileError(error, 'write', this.#target.place)
    })
    try {
      const snapshot = join(folder, 'studio.db')
      const share = statSync(source).size / this.#total
      appendAll(
        this.#problems,
        await snapshotDatabase(source, snapshot, {
          signal: this.#work.signal,
          report: (fraction) => this.#work.report(fraction * share, 'Copying the database'),
        }),
      )
      const { size, mtimeNs } = statSync(snapshot, { bigint: true })
      await this.#copyFile({ path: 'studio.db', bytes: Number(size), modified: mtimeNs }, snapshot)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  /** A trainer may replace checkpoints, and a dataset may be deleted, while their folder is being copied. */
  async #copyPlace(place: string): Promise<void> {
    const isDataset = place.startsWith('datasets/')
    for (let attempt = 1; ; attempt++) {
      const listed = await filesBelow(this.#workspace, place, (what) => {
        if (attempt === 1) this.#leftOut.push(what)
      })
      const known = new Set(this.#files.map(({ path }) => path))
      let vanished = false
      for (const file of listed)
        if (!known.has(file.path)) vanished = !(await this.#copyOrReuse(file)) || vanished
      if (!vanished && !(await this.#forgetVanished(place))) return
      if (isDataset && vanished && !existsSync(join(this.#workspace, place))) {
        this.#forget((path) => path.startsWith(`${place}/`))
        return
      }
      if (attempt === ATTEMPTS) return
    }
  }

  /** Parameters without their record, and a record without its parameters, are no checkpoint. Returns whether one was. */
  async #forgetVanished(place: string): Promise<boolean> {
    if (!place.startsWith('checkpoints/')) return false
    const paths = new Set(this.#files.map(({ path }) => path))
    const halves = [...paths].filter((path) => {
      const [, stem, ending] = /^(.+\/\d+)\.(json|safetensors)$/.exec(path) ?? []
      if (stem === undefined || !path.startsWith(`${place}/`)) return false
      const other = `${stem}.${ending === 'json' ? 'safetensors' : 'json'}`
      // Half a checkpoint that is that in the workspace, too, is copied as it is.
      return !paths.has(other) && existsSync(join(this.#workspace, other))
    })
    const gone = [...paths].filter(
      (path) => path.startsWith(`${place}/`) && !existsSync(join(this.#workspace, path)),
    )
    this.#forget((path) => gone.includes(path))
    return halves.length + gone.length > 0
  }

  #forget(isGone: (path: string) => boolean): void {
    this.#files = this.#files.filter(({ path }) => !isGone(path))
  }

  /** Returns false if the file is gone. */
  async #copyOrReuse(file: SourceFile): Promise<boolean> {
    throwIfCancelled(this.#work.signal, NOTHING_LEFT)
    const earlier = this.#target.earlier(file.path)
    if (earlier && this.#isUnchanged(file) && (await this.#target.reuse(file.path))) {
      this.#files.push(earlier)
      this.#reused++
      this.#advance(file.bytes, file.path)
      return true
    }
    return this.#copyFile(file, join(this.#workspace, file.path))
  }

  async #copyFile(file: SourceFile, source: string): Promise<boolean> {
    const { path, modified } = file
    const opened = await openRegularFile(source).catch((error: unknown) => {
      if (isMissing(error)) return null
      throw error
    })
    if (!opened) return false
    const handle: FileHandle = opened
    try {
      const hash = createHash('sha256')
      const { size } = await handle.stat()
      const advance = (bytes: number) => this.#advance(bytes, path)
      const { signal } = this.#work
      let read = 0
      async function* pieces(): AsyncIterable<Uint8Array> {
        for await (const bytes of piecesOf(handle, 0, size)) {
          throwIfCancelled(signal, NOTHING_LEFT)
          hash.update(bytes)
          read += bytes.length
          advance(bytes.length)
          yield bytes
        }
      }
      await this.#target.write(path, size, pieces())
      if (read !== size) return false
      const copied = { path, bytes: size, sha256: hash.digest('hex'), modified: String(modified) }
      this.#files.push(copied)
      const recorded = await this.#recorded.of(path)
      if (recorded !== null && recorded !== copied.sha256)
        this.#problems.push(`${path} is damaged: its content differs from its checksum.`)
      return true
    } finally {
      await handle.close()
    }
  }

  #advance(bytes: number, path: string): void {
    this.#copied += bytes
    this.#work.report(Math.min(1, this.#copied / this.#total), `Copying ${path}`)
  }
}

/** Throws InvalidArgument for a backup inside the workspace, or one around it. */
function requireElsewhere(workspace: string, place: string): void {
  const inside = (outer: string, inner: string): boolean => {
    const way = relative(resolve(outer), resolve(inner))
    return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !/^[a-z]:/i.test(way))
  }
  if (!inside(workspace, place)) return
  throw new StudioError(
    'InvalidArgument',
    `${place} is inside the workspace ${workspace}: choose a place outside it, best on another disk.`,
    {
      field: 'to',
      file: place,
    },
  )
}
