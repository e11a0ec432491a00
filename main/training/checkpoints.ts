/**
 * A run's checkpoints: <workspace>/checkpoints/<run>/<step>.safetensors and <step>.json. A checkpoint counts once
 * its JSON stands, and that is written last; so a crash at any moment leaves the previous one whole.
 */
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { byteText, freeBytes } from '../../db/index.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { TrainingBackend } from './backends/backend.ts'
import { syncFolder, writeDurably } from './durable-file.ts'
import { sha256OfFile } from './file-hash.ts'
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  checkpointRecord,
  type CheckpointRecord,
  type RunPosition,
} from './position.ts'
import type { NewCheckpoint, NewPoint, SavedCheckpoint } from './protocol.ts'

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
      await writeDurably(join(this.#folder, `${position.step}.json`), JSON.stringify(record))
      await syncFolder(this.#folder)
      const removed = config.keepAllCheckpoints ? [] : await this.#removeOthers(position)
      return { saved: summarize(record), removed }
    } catch (error) {
      await this.removeLitter()
      throw toErrorData(error).code === 'DiskFull' ? noRoom(this.#folder, bytes) : error
    }
  }

  /** Those that have a readable record, by step; `best` is the step of the best one. */
  async list(best: number | undefined): Promise<NewCheckpoint[]> {
    const saved: NewCheckpoint[] = []
    for (const step of await stepsIn(this.#folder)) {
      const record = await readRecord(this.#folder, step).catch(() => null)
      if (record) saved.push(summarize({ ...record, kind: kindNow(record, best) }))
    }
    return saved
  }

  /** The newest checkpoint whose content is what its record says; null where there is none. */
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
    const names = await readdir(this.#folder).catch(() => [])
    const whole = new Set((await stepsIn(this.#folder)).map((step) => `${step}.safetensors`))
    const litter = names.filter(
      (name) => name.endsWith('.tmp') || (name.endsWith('.safetensors') && !whole.has(name)),
    )
    for (const name of litter) await rm(join(this.#folder, name), { force: true })
  }

  /** A step's checkpoint, or null where record or content is damaged or not of this run. */
  async #read(step: number): Promise<LoadableCheckpoint | null> {
    const { run, datasetHash } = this.#options
    const path = join(this.#folder, `${step}.safetensors`)
    try {
      const record = await readRecord(this.#folder, step)
      const own = record.run === run && record.datasetHash === datasetHash && record.position.step === step
      return own && (await sha256OfFile(path)) === record.sha256 ? { path, record } : null
    } catch {
      // Unreadable, not JSON, or not a record: each means damaged, and the caller names the file.
      return null
    }
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
  const folder = checkpointFolder(workspace, run)
  const records: CheckpointRecord[] = []
  for (const step of steps) {
    const record = await readRecord(folder, step).catch(() => null)
    if (record?.run === run && record.position.step === step) records.push(record)
  }
  const best = records.at(-1)?.position.best?.step
  return records.map((record) => summarize({ ...record, kind: kindNow(record, best) }))
}

export function checkpointFolder(workspace: string, run: string): string {
  return join(workspace, 'checkpoints', run)
}

/** As the database has it: relative to the workspace, with forward slashes. */
export function checkpointPath(run: string, step: number): string {
  return posix.join('checkpoints', run, `${step}.safetensors`)
}

async function readRecord(folder: string, step: number): Promise<CheckpointRecord> {
  return checkpointRecord.parse(JSON.parse(await readFile(join(folder, `${step}.json`), 'utf8')))
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

/** Steps that have a record, ascending. */
async function stepsIn(folder: string): Promise<number[]> {
  return stepsNamed(await readdir(folder).catch(() => []), /^(\d+)\.json$/)
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
    `The disk is full: a checkpoint takes ${byteText(bytes)} and ${folder} has ${left} free: ` +
      'make room and resume the run.',
    { file: folder },
  )
}
