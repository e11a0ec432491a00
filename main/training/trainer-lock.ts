/**
 * One trainer at a time works in a run's checkpoint folder. A trainer whose owner was killed is still saving when the
 * run is resumed elsewhere: each would take the other's files away.
 */
import { lstat, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { currentProcess, isOwnerAlive, isSameProcess } from '../../db/process-identity.ts'
import { StudioError } from '../contract/errors.ts'
import { fileError, isMissing } from '../datasets/file-errors.ts'
import { readRegularFile } from '../datasets/regular-file.ts'
import { writeDurably } from './durable-file.ts'

const ENDING = '.trainer'
const MAX_IDENTITY_BYTES = 64 * 1024
const LOOK_MS = 50
/** Within this time the largest checkpoint is saved. */
const PATIENCE_MS = 5 * 60_000

const identity = z.object({ pid: z.int(), startedAt: z.string().nullable(), host: z.string() })
type Identity = z.infer<typeof identity>

/**
 * Says that this trainer works in the folder and waits until no other one does. Resolves to what gives the folder up
 * again, or to null where `givesUp` said so meanwhile. Throws InvalidState where another trainer stays.
 */
export async function lockFolder(
  folder: string,
  givesUp: () => boolean,
): Promise<(() => Promise<void>) | null> {
  // Each has a file of its own: taking over a shared one could not be told from two doing so at once.
  const own = join(folder, `${process.pid}${ENDING}`)
  await writeDurably(own, JSON.stringify(currentProcess()))
  const release = (): Promise<void> => rm(own, { force: true })
  const limit = performance.now() + PATIENCE_MS
  for (;;) {
    const other = await otherTrainer(folder)
    if (!other) return release
    if (givesUp() || performance.now() > limit) {
      await release()
      if (givesUp()) return null
      throw new StudioError(
        'InvalidState',
        `The run's previous trainer (process ${other.pid}) is still running: wait until it exits, or end it, and resume.`,
      )
    }
    await delay(LOOK_MS)
  }
}

/** A living trainer's identity; the files of dead ones are removed. */
async function otherTrainer(folder: string): Promise<Identity | null> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(ENDING)) continue
    const path = join(folder, name)
    const trainer = await readIdentity(path)
    if (trainer && isSameProcess(trainer, currentProcess())) continue
    if (trainer && isAlive(trainer)) return trainer
    await rm(path, { force: true })
  }
  return null
}

/** null where the file has just gone or is none of ours. Throws Io where it cannot be read at the moment. */
async function readIdentity(path: string): Promise<Identity | null> {
  // A link is none of ours either, and may lead out of the workspace.
  const there = await lstat(path).catch(() => null)
  if (!there?.isFile()) return null
  const text = await readRegularFile(path, MAX_IDENTITY_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw fileError(error, 'read', path)
  })
  try {
    return text === null ? null : identity.parse(JSON.parse(text.toString('utf8')))
  } catch {
    return null
  }
}

/** The workspace may have come from another machine, whose processes are not here. */
function isAlive(trainer: Identity): boolean {
  return trainer.host === hostname() && isOwnerAlive(trainer, new Date().toISOString())
}
