/**
 * Only one trainer at a time works in a run's checkpoint folder. A trainer whose owner was killed is still saving when
 * the run is resumed by another process, and each would remove the other's files.
 */
import { lstat, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  currentProcess,
  isOwnerAlive,
  isSameProcess,
  processIdentity,
  type ProcessIdentity,
} from '../platform/process-identity.ts'
import { StudioError } from '../contract/errors.ts'
import { fileError, isMissing } from '../platform/file-errors.ts'
import { readRegularFile } from '../platform/regular-file.ts'
import { writeDurably } from '../platform/durable-file.ts'

const SUFFIX = '.trainer'
const MAX_IDENTITY_BYTES = 64 * 1024
const POLL_INTERVAL_MS = 50
/** Even the largest checkpoint is saved within this time. */
const TIMEOUT_MS = 5 * 60_000

/**
 * Marks the folder as used by this trainer and waits until no other trainer uses it. Resolves to the function that
 * releases the folder, or to null if `isCancelled` became true. Throws InvalidState if another trainer stays.
 */
export async function lockFolder(
  folder: string,
  isCancelled: () => boolean,
): Promise<(() => Promise<void>) | null> {
  // Each trainer has a file of its own, because two trainers could take over a shared one at once without noticing.
  const own = join(folder, `${process.pid}${SUFFIX}`)
  await writeDurably(own, JSON.stringify(currentProcess()))
  const release = (): Promise<void> => rm(own, { force: true })
  const deadline = performance.now() + TIMEOUT_MS
  for (;;) {
    const other = await otherTrainer(folder)
    if (!other) return release
    if (isCancelled() || performance.now() > deadline) {
      await release()
      if (isCancelled()) return null
      throw new StudioError(
        'InvalidState',
        `The run's previous trainer (process ${other.pid}) is still running: wait until it exits, or end it, and resume.`,
      )
    }
    await delay(POLL_INTERVAL_MS)
  }
}

/** The identity of a living trainer. The files of dead ones are removed. */
async function otherTrainer(folder: string): Promise<ProcessIdentity | null> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(SUFFIX)) continue
    const path = join(folder, name)
    const trainer = await readIdentity(path)
    if (trainer && isSameProcess(trainer, currentProcess())) continue
    if (trainer && isAlive(trainer)) return trainer
    await rm(path, { force: true })
  }
  return null
}

/** null if the file was just removed or is not a trainer's. Throws Io if it cannot be read at the moment. */
async function readIdentity(path: string): Promise<ProcessIdentity | null> {
  // A symbolic link is not a trainer's file either, and may lead out of the workspace.
  const stats = await lstat(path).catch(() => null)
  if (!stats?.isFile()) return null
  const text = await readRegularFile(path, MAX_IDENTITY_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw fileError(error, 'read', path)
  })
  try {
    return text === null ? null : processIdentity.parse(JSON.parse(text.toString('utf8')))
  } catch {
    return null
  }
}

/** The workspace may have come from another machine, whose processes do not run here. */
function isAlive(trainer: ProcessIdentity): boolean {
  return trainer.host === hostname() && isOwnerAlive(trainer, new Date().toISOString())
}
