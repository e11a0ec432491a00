/**
 * A run's checkpoints: <workspace>/checkpoints/<run>/<step>.safetensors and <step>.json. A checkpoint counts once its
 * JSON exists, which is written last, so a crash at any moment leaves the previous one intact.
 */
import { formatBytes } from '../contract/quantities.ts'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { freeBytes, hasRoomFor } from '../platform/disk-space.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { checkpointPath } from '../contract/runs.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { ModelDocument } from '../model/document.ts'
import type { TrainingBackend } from './backends/backend.ts'
import { fileError, isMissing } from '../platform/file-errors.ts'
import { readRegularFile } from '../platform/regular-file.ts'
import { sealJson, unsealJson } from '../platform/sealed-json.ts'
import { clearPath, syncFolder, writeDurably } from '../platform/durable-file.ts'
import { sha256OfFile } from '../platform/sha256.ts'
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  checkpointRecord,
  type CheckpointRecord,
  type RunPosition,
} from './position.ts'
import type { NewCheckpoint, NewPoint, SavedCheckpoint } from './protocol.ts'
import { pathInside, refuseLinks } from '../platform/workspace-links.ts'

/** The record contains the points that the run's owner had not stored yet. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024
/** Space that must remain free besides the checkpoint itself, for its record, its folder and the database. */
const RESERVED_BYTES = 64 * 1024

export interface CheckpointStoreOptions {
  workspace: string
  run: string
  datasetHash: string
  config: TrainingConfig
  model?: ModelDocument
}

export interface LoadableCheckpoint {
  /** Of the safetensors file. */
  path: string
  record: CheckpointRecord
}

export class CheckpointStore {
  readonly #options: CheckpointStoreOptions
  readonly #folder: string

  constructor(options: CheckpointStoreOptions) {
    this.#options = options
    this.#folder = checkpointFolder(options.workspace, options.run)
  }

  /**
   * Saves a checkpoint and then removes those that are no longer needed. Only the new and the best one stay, unless all
   * are kept. Throws DiskFull if there is not enough space, before writing if that is known; no partial file remains.
   */
  async save(
    backend: TrainingBackend,
    position: RunPosition,
    unstoredPoints: NewPoint[],
  ): Promise<SavedCheckpoint> {
    const bytes = backend.memoryBytes() + bytesOfPoints(unstoredPoints)
    if (!hasRoomFor(this.#folder, bytes + RESERVED_BYTES)) throw diskFull(this.#folder, bytes)
    const temporary = join(this.#folder, `${position.step}.${process.pid}.tmp`)
    try {
      await clearPath(temporary)
      const { bytes, sha256 } = await backend.save(temporary)
      await rename(temporary, join(this.#folder, `${position.step}.safetensors`))
      const { run, datasetHash, config, model } = this.#options
      const record: CheckpointRecord = {
        format: CHECKPOINT_FORMAT,
        version: CHECKPOINT_VERSION,
        run,
        datasetHash,
        config,
        ...(model && { model }),
        position,
        unstoredPoints,
        kind: position.best?.step === position.step ? 'best' : config.keepAllCheckpoints ? 'kept' : 'last',
        createdAt: new Date().toISOString(),
        bytes,
        sha256,
      }
      await writeDurably(join(this.#folder, `${position.step}.json`), sealJson(record))
      await syncFolder(this.#folder)
      const removed = config.keepAllCheckpoints ? [] : await this.#removeOthers(position)
      return { saved: summarize(record), removed }
    } catch (error) {
      await this.removeLeftovers()
      throw toErrorData(error).code === 'DiskFull' ? diskFull(this.#folder, bytes) : error
    }
  }

  /**
   * The checkpoints that have a valid record, by step; `best` is the step of the best one. Throws Io if one cannot be
   * read.
   */
  async list(best: number | undefined): Promise<NewCheckpoint[]> {
    const saved: NewCheckpoint[] = []
    for (const step of await stepsIn(this.#folder)) {
      const record = await this.#record(step)
      if (record) saved.push(summarize({ ...record, kind: currentKind(record, best) }))
    }
    return saved
  }

  /**
   * The newest checkpoint whose content matches its record, or null if there is none. Throws Io if one cannot be read
   * at the moment, because it may be intact and an older one must not replace it.
   */
  async newestIntact(): Promise<{ checkpoint: LoadableCheckpoint | null; damaged: string[] }> {
    const damaged: string[] = []
    for (const step of (await stepsIn(this.#folder)).toReversed()) {
      const checkpoint = await this.#read(step)
      if (checkpoint) return { checkpoint, damaged }
      damaged.push(checkpointPath(this.#options.run, step))
    }
    return { checkpoint: null, damaged }
  }

  /**
   * Removes the leftovers of crashes: what was partly written or partly removed. Only the run's one trainer may call
   * it.
   */
  async removeLeftovers(): Promise<void> {
    const names = await namesIn(this.#folder)
    const complete = new Set((await stepsIn(this.#folder)).map((step) => `${step}.safetensors`))
    const leftovers = names.filter(
      (name) => name.endsWith('.tmp') || (name.endsWith('.safetensors') && !complete.has(name)),
    )
    for (const name of leftovers) await rm(join(this.#folder, name), { force: true })
  }

  /** A step's checkpoint, or null if its record or content is damaged or belongs to another run. */
  async #read(step: number): Promise<LoadableCheckpoint | null> {
    const record = await this.#record(step)
    if (!record) return null
    const path = join(this.#folder, `${step}.safetensors`)
    refuseLinks(this.#options.workspace, path)
    const found = await unlessMissing(sha256OfFile(path), path)
    return found === record.sha256 ? { path, record } : null
  }

  /** null if it is damaged or belongs to another run or dataset. */
  async #record(step: number): Promise<CheckpointRecord | null> {
    const { run, datasetHash, workspace } = this.#options
    const record = await readRecord(workspace, run, step)
    return record?.datasetHash === datasetHash ? record : null
  }

  async #removeOthers(position: RunPosition): Promise<string[]> {
    const keep = new Set([position.step, position.best?.step])
    const removed = (await stepsIn(this.#folder)).filter((step) => !keep.has(step))
    for (const step of removed) {
      // The record is removed first. Without it the rest is a leftover and never a partial checkpoint.
      await rm(join(this.#folder, `${step}.json`), { force: true })
      await rm(join(this.#folder, `${step}.safetensors`), { force: true })
    }
    return removed.map((step) => checkpointPath(this.#options.run, step))
  }
}

/** The steps whose parameters are in the run's folder, ascending; null if the folder cannot be read. */
export async function stepsOnDisk(workspace: string, run: string): Promise<number[] | null> {
  try {
    const names = await readdir(checkpointFolder(workspace, run))
    return stepsNamed(names, /^(\d+)\.safetensors$/)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : null
  }
}

/** What the records of these steps contain, with the best one marked. Steps without a readable record are left out. */
export async function checkpointsAt(
  workspace: string,
  run: string,
  steps: readonly number[],
): Promise<NewCheckpoint[]> {
  const records: CheckpointRecord[] = []
  for (const step of steps) {
    const record = await readRecord(workspace, run, step)
    if (record) records.push(record)
  }
  const best = records.at(-1)?.position.best?.step
  return records.map((record) => summarize({ ...record, kind: currentKind(record, best) }))
}

/** Throws InvalidArgument if a run's id is not a plain name, and Unsupported if a symbolic link is on the path. */
export function checkpointFolder(workspace: string, run: string): string {
  return pathInside(workspace, 'checkpoints', run)
}

/**
 * A step's record, or null if it is missing, damaged or belongs to another run. Throws Io if it cannot be read at the
 * moment.
 */
export async function readRecord(
  workspace: string,
  run: string,
  step: number,
): Promise<CheckpointRecord | null> {
  const path = join(checkpointFolder(workspace, run), `${step}.json`)
  refuseLinks(workspace, path)
  const text = await unlessMissing(readRegularFile(path, MAX_RECORD_BYTES), path)
  const record = text === null ? null : parseRecord(text.toString('utf8'))
  return record?.run === run && record.position.step === step ? record : null
}

/** null if the text is not a checkpoint's record. */
function parseRecord(text: string): CheckpointRecord | null {
  const unsealed = unsealJson(text)
  if (unsealed === null) return null
  let content: unknown
  try {
    content = JSON.parse(unsealed)
  } catch {
    return null
  }
  return checkpointRecord.safeParse(content).data ?? null
}

/** null if there is no such file. Throws Io for a file that cannot be read at the moment. */
async function unlessMissing<Result>(read: Promise<Result>, path: string): Promise<Result | null> {
  try {
    return await read
  } catch (error) {
    if (isMissing(error)) return null
    throw fileError(error, 'read', path)
  }
}

/** The form in which the database stores it. */
function summarize({ run, position, kind, bytes, sha256, createdAt }: CheckpointRecord): NewCheckpoint {
  const { step, epochs } = position
  return { step, epoch: epochs.length, kind, path: checkpointPath(run, step), bytes, sha256, createdAt }
}

/** A record has the kind of its checkpoint when it was saved. A better one may have been saved since. */
function currentKind(
  { position, kind }: CheckpointRecord,
  best: number | undefined,
): CheckpointRecord['kind'] {
  if (position.step === best) return 'best'
  return kind === 'best' ? 'kept' : kind
}

/** The names of the files in a folder, or none if there is no folder. Throws Io if it cannot be read. */
async function namesIn(folder: string): Promise<string[]> {
  return (await unlessMissing(readdir(folder), folder)) ?? []
}

/** The steps that have a record, ascending. */
async function stepsIn(folder: string): Promise<number[]> {
  return stepsNamed(await namesIn(folder), /^(\d+)\.json$/)
}

const stepsNamed = (names: readonly string[], pattern: RegExp): number[] =>
  names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)

/** The approximate size of the points in the record. */
const bytesOfPoints = (points: readonly NewPoint[]): number => points.length * 120

function diskFull(folder: string, bytes: number): StudioError {
  const free = freeBytes(folder)
  const left = free === null ? 'not enough' : formatBytes(free)
  return new StudioError(
    'DiskFull',
    `The disk is full: a checkpoint needs ${formatBytes(bytes)}, but ${folder} has ${left} free: ` +
      'free some space and resume the run.',
    { file: folder },
  )
}
