/**
 * A run's checkpoints: <workspace>/checkpoints/<run>/<step>.safetensors and <step>.json. A checkpoint counts once
 * its JSON stands, and that is written last; so a crash at any moment leaves the previous one whole.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, statfs } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StudioError } from '../contract/errors.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { TrainingBackend } from './backends/backend.ts'
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  checkpointRecord,
  type CheckpointRecord,
  type RunPosition,
} from './position.ts'
import type { NewPoint, SavedCheckpoint } from './protocol.ts'

/** Left free beside the checkpoint itself, for the database and the JSON. */
const SPARE_BYTES = 16 * 1024 * 1024

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
   * Throws DiskFull before writing where the space is short.
   */
  async save(
    backend: TrainingBackend,
    position: RunPosition,
    unstoredPoints: NewPoint[],
  ): Promise<SavedCheckpoint> {
    await mkdir(this.#folder, { recursive: true })
    await requireSpace(this.#folder, backend.memoryBytes() + SPARE_BYTES)
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
      return {
        saved: {
          step: position.step,
          epoch: position.epochs.length,
          kind: record.kind,
          path: checkpointPath(run, position.step),
          bytes,
          sha256,
          createdAt: record.createdAt,
        },
        removed,
      }
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  /** The newest checkpoint whose content is what its record says; null where there is none. */
  async newestSound(): Promise<{ checkpoint: LoadableCheckpoint | null; damaged: string[] }> {
    const damaged: string[] = []
    for (const step of (await stepsIn(this.#folder)).toReversed()) {
      const checkpoint = await readCheckpoint(this.#folder, step)
      if (checkpoint) return { checkpoint, damaged }
      damaged.push(checkpointPath(this.#options.run, step))
    }
    return { checkpoint: null, damaged }
  }

  /** Removes what a crash left half written. Only for the run's one trainer. */
  async removeLitter(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names) if (name.endsWith('.tmp')) await rm(join(this.#folder, name), { force: true })
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

export function checkpointFolder(workspace: string, run: string): string {
  return join(workspace, 'checkpoints', run)
}

/** As the database has it: relative to the workspace, with forward slashes. */
export function checkpointPath(run: string, step: number): string {
  return posix.join('checkpoints', run, `${step}.safetensors`)
}

/** A step's checkpoint, or null where record or content is damaged. */
export async function readCheckpoint(folder: string, step: number): Promise<LoadableCheckpoint | null> {
  try {
    const record = checkpointRecord.parse(JSON.parse(await readFile(join(folder, `${step}.json`), 'utf8')))
    const path = join(folder, `${step}.safetensors`)
    return (await sha256Of(path)) === record.sha256 ? { path, record } : null
  } catch {
    // Unreadable, not JSON, or not a record: each means damaged, and the caller names the file.
    return null
  }
}

/** Steps that have a record, ascending. */
async function stepsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= bytes) return
  const megabytes = (value: number): string => `${Math.ceil(value / 1e6)} MB`
  throw new StudioError(
    'DiskFull',
    `A checkpoint takes ${megabytes(bytes)} and ${folder} has ${megabytes(bavail * bsize)} free: ` +
      'make room and resume the run.',
    { file: folder },
  )
}

/** Replaces a file so that after a crash it has its old content or the new, never less. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  const file = await open(temporary, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

/** Makes renames durable. Windows has no such call and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
