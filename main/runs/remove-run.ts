import { rm } from 'node:fs/promises'
import { setImmediate as otherWork } from 'node:timers/promises'
import { openStudioDatabase, type StudioDatabase, type UnusableRun } from '../../db/index.ts'
import { isOwnerAlive } from '../platform/process-identity.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { checkpointFolder } from '../training/checkpoints.ts'

/**
 * The number of points that are deleted before other work gets its turn. It is so small that the reserve of a full disk
 * has room for the changes.
 */
const PIECE = 2000

/**
 * Deletes an ended run with its metrics and checkpoints. The checkpoints are deleted first, because on a full disk they
 * make the room that the rest of the deletion needs. The row is deleted last, so that an interrupted deletion can be
 * repeated. If a run's row cannot be read (a hostile id, a damaged row) only the row is deleted. Throws NotFound,
 * ReadOnly, or InvalidState while the run is active.
 */
export async function removeRun(
  { database, workspace }: { database: StudioDatabase; workspace: string },
  id: string,
): Promise<void> {
  const unusable = unusableRow(database, id)
  if (unusable !== null) return discardRow(database, unusable)
  const { owner, status } = database.runs.row(id)
  if (owner) throw new StudioError('InvalidState', `Run ${id} is ${status}: stop it before deleting it.`)
  if (database.readOnly && database.readOnly.data.code !== 'DiskFull') throw database.readOnly
  const folder = checkpointFolder(workspace, id)
  await rm(folder, { recursive: true, force: true }).catch((cause: NodeJS.ErrnoException) => {
    const message = `The checkpoints in ${folder} cannot be deleted (${cause.code}): delete that folder and try again.`
    throw new StudioError('Io', message, { file: folder })
  })
  await whileWritable(database, async (writable) => {
    while (writable.evenIfFull(() => writable.points.removeSome(id, PIECE)) === PIECE) await otherWork()
    writable.evenIfFull(() => writable.runs.remove(id))
  })
}

/** null for a run that can be read. */
function unusableRow(database: StudioDatabase, id: string): UnusableRun | null {
  try {
    database.runs.row(id)
    return null
  } catch (error) {
    const { code } = toErrorData(error)
    const unusable = code === 'Corrupt' || code === 'NotFound' ? database.runs.unusable(id) : null
    if (unusable === null) throw error
    return unusable
  }
}

/** No folder is deleted, because the name in an unusable row may belong to another run. */
async function discardRow(database: StudioDatabase, { key, owner, heartbeatAt }: UnusableRun): Promise<void> {
  if (owner && isOwnerAlive(owner, heartbeatAt))
    throw new StudioError(
      'InvalidState',
      `This run is still owned by process ${owner.pid}: end that process before deleting it.`,
    )
  if (database.readOnly && database.readOnly.data.code !== 'DiskFull') throw database.readOnly
  await whileWritable(database, (writable) => writable.evenIfFull(() => writable.runs.discard(key)))
}

/** A database that was opened on a full disk is read-only, but after opening it again it may accept small changes. */
async function whileWritable(
  database: StudioDatabase,
  work: (writable: StudioDatabase) => void | Promise<void>,
): Promise<void> {
  const writable = database.readOnly ? openStudioDatabase(database.file) : database
  try {
    await work(writable)
  } finally {
    if (writable !== database) writable.close()
  }
}
