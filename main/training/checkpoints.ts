/**
 * A run's checkpoints: <workspace>/checkpoints/<run>/<step>.safetensors and <step>.json. A checkpoint counts once
 * its JSON stands, and that is written last; so a crash at any moment leaves the previous one whole.
 */
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { byteText, freeBytes } from '../../db/index.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { checkpointPath } from '../contract/runs.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { TrainingBackend } from './backends/backend.ts'
import { fileError, isMissing } from '../datasets/file-errors.ts'
import { readRegularFile } from '../datasets/regular-file.ts'
import { sealJson, unsealJson } from '../datasets/sealed-json.ts'
import { clearPlace, syncFolder, writeDurably } from './durable-file.ts'
import { sha256OfFile } from './file-hash.ts'
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  checkpointRecord,
  type CheckpointRecord,
  type RunPosition,
} from './position.ts'
import type { NewCheckpoint, NewPoint, SavedCheckpoint } from './protocol.ts'
import { pathInside, refuseLinks } from '../workspace-links.ts'

/** A record carries the points that its run's owner had not stored yet. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024
/** Left free beside the checkpoint itself: for its record, its folder, and what the database tells of it. */
const SPARE_BYTES = 64 * 1024

export interface CheckpointStoreOptions {
  workspace: string
  run: string
  datasetHash: string
  config: TrainingConfig
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
   * Saves and then removes what is no longer kept: beside the new one only the best stays, unless all are kept.
   * Throws DiskFull where the space is short, before writing if that can be told; nothing half is left then.
   */
  async save(
    backend: TrainingBackend,
    position: RunPosition,
    unstoredPoints: NewPoint[],
  ): Promise<SavedCheckpoint> {
    const bytes = backend.memoryBytes() + bytesOfPoints(unstoredPoints)
    requireSpace(this.#folder, bytes)
    const temporary = join(this.#folder, `${position.step}.${process.pid}.tmp`)
    try {
      await clearPlace(temporary)
      const { bytes, sha256 } = await backend.save(temporary)
      await rename(temporary, join(this.#folder, `${position.step}.safetensors`))
      const { run, datasetHash, config } = this.#options
      const record: CheckpointRecord = {
        format: CHECKPOINT_FORMAT,
        version: CHECKPOINT_VERSION,
        run,
        datasetHash,
        config,
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
      await this.removeLitter()
      throw toErrorData(error).code === 'DiskFull' ? noRoom(this.#folder, bytes) : error
    }
  }

  /** Those that have a sound record, by step; `best` is the step of the best one. Throws Io where one cannot be read. */
  async list(best: number | undefined): Promise<NewCheckpoint[]> {
    const saved: NewCheckpoint[] = []
    for (const step of await stepsIn(this.#folder)) {
      const record = await this.#record(step)
      if (record) saved.push(summarize({ ...record, kind: kindNow(record, best) }))
    }
    return saved
  }

  /**
   * The newest checkpoint whose content is what its record says; null where there is none. Throws Io where one cannot be
   * read at the moment: it may be sound, and an older one must not take its place.
   */
  async newestSound(): Promise<{ checkpoint: LoadableCheckpoint | null; damaged: string[] }> {
    const damaged: string[] = []
    for (const step of (await stepsIn(this.#folder)).toReversed()) {
      const checkpoint = await this.#read(step)
      if (checkpoint) return { checkpoint, damaged }
      damaged.push(checkpointPath(this.#options.run, step))
    }
    return { checkpoint: null, damaged }
  }

  /** Removes what a crash left half written or half removed. Only for the run's one trainer. */
  async removeLitter(): Promise<void> {
    const names = await namesIn(this.#folder)
    const whole = new Set((await stepsIn(this.#folder)).map((step) => `${step}.safetensors`))
    const litter = names.filter(
      (name) => name.endsWith('.tmp') || (name.endsWith('.safetensors') && !whole.has(name)),
    )
    for (const name of litter) await rm(join(this.#folder, name), { force: true })
  }

  /** A step's checkpoint, or null where record or content is damaged or not of this run. */
  async #read(step: number): Promise<LoadableCheckpoint | null> {
    const record = await this.#record(step)
    if (!record) return null
    const path = join(this.#folder, `${step}.safetensors`)
    refuseLinks(this.#options.workspace, path)
    const found = await unlessMissing(sha256OfFile(path), path)
    return found === record.sha256 ? { path, record } : null
  }

  /** null where it is damaged or not of this run on this dataset. */
  async #record(step: number): Promise<CheckpointRecord | null> {
    const { run, datasetHash, workspace } = this.#options
    const record = await readRecord(workspace, run, step)
    return record?.datasetHash === datasetHash ? record : null
  }

  async #removeOthers(position: RunPosition): Promise<string[]> {
    const keep = new Set([position.step, position.best?.step])
    const gone = (await stepsIn(this.#folder)).filter((step) => !keep.has(step))
    for (const step of gone) {
      // The record first: without it the rest is litter, never half a checkpoint.
      await rm(join(this.#folder, `${step}.json`), { force: true })
      await rm(join(this.#folder, `${step}.safetensors`), { force: true })
    }
    return gone.map((step) => checkpointPath(this.#options.run, step))
  }
}

/** Steps whose parameters lie in the run's folder, ascending; null where the folder cannot be read. */
export async function stepsOnDisk(workspace: string, run: string): Promise<number[] | null> {
  try {
    const names = await readdir(checkpointFolder(workspace, run))
    return stepsNamed(names, /^(\d+)\.safetensors$/)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : null
  }
}

/** What the records of these steps say, with the best one marked; those without a readable record are left out. */
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
  return records.map((record) => summarize({ ...record, kind: kindNow(record, best) }))
}

/** Throws InvalidArgument for a run's id that is no plain name, Unsupported where a link is on the way. */
export function checkpointFolder(workspace: string, run: string): string {
  return pathInside(workspace, 'checkpoints', run)
}

/** A step's record, or null where it is missing, damaged or not of this run. Throws Io where it cannot be read at the moment. */
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

/** null where the text is no checkpoint's record. */
function parseRecord(text: string): CheckpointRecord | null {
  const sound = unsealJson(text)
  if (sound === null) return null
  let content: unknown
  try {
    content = JSON.parse(sound)
  } catch {
    return null
  }
  return checkpointRecord.safeParse(content).data ?? null
}

/** null where there is no such file. Throws Io for one that cannot be read at the moment. */
async function unlessMissing<Result>(read: Promise<Result>, path: string): Promise<Result | null> {
  try {
    return await read
  } catch (error) {
    if (isMissing(error)) return null
    throw fileError(error, 'read', path)
  }
}

/** As the database keeps it. */
function summarize({ run, position, kind, bytes, sha256, createdAt }: CheckpointRecord): NewCheckpoint {
  const { step, epochs } = position
  return { step, epoch: epochs.length, kind, path: checkpointPath(run, step), bytes, sha256, createdAt }
}

/** A record says what its checkpoint was when it was saved; a better one may have come since. */
function kindNow({ position, kind }: CheckpointRecord, best: number | undefined): CheckpointRecord['kind'] {
  if (position.step === best) return 'best'
  return kind === 'best' ? 'kept' : kind
}

/** Of the files in a folder; none where there is no folder. Throws Io where it cannot be read. */
async function namesIn(folder: string): Promise<string[]> {
  return (await unlessMissing(readdir(folder), folder)) ?? []
}

/** Steps that have a record, ascending. */
async function stepsIn(folder: string): Promise<number[]> {
  return stepsNamed(await namesIn(folder), /^(\d+)\.json$/)
}

const stepsNamed = (names: readonly string[], pattern: RegExp): number[] =>
  names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)

function requireSpace(folder: string, bytes: number): void {
  const free = freeBytes(folder)
  if (free !== null && free < bytes + SPARE_BYTES) throw noRoom(folder, bytes)
}

/** About what the points take in the record. */
const bytesOfPoints = (points: readonly NewPoint[]): number => points.length * 120

function noRoom(folder: string, bytes: number): StudioError {
  const free = freeBytes(folder)
  const left = free === null ? 'not enough' : byteText(free)
  return new StudioError(
    'DiskFull',
    `The disk is full: a checkpoint needs ${byteText(bytes)}, but ${folder} has ${left} free: ` +
      'free some space and resume the run.',
    { file: folder },
  )
}
