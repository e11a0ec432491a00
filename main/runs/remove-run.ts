import { rm } from 'node:fs/promises'
import { setImmediate as otherWork } from 'node:timers/promises'
import { openStudioDatabase, type RunRow, type StudioDatabase, type UnusableRun } from '../../db/index.ts'
import { isOwnerAlive } from '../platform/process-identity.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { checkpointFolder } from '../training/checkpoints.ts'

/**
 * The number of points that are deleted before other work gets its turn. It is so small that the reserve of a full disk
 * has room for the changes.
 */
const PIECE = 2000

export interface RunFiles {
  database: StudioDatabase
  workspace: string
}

/**
 * Moves an ended run to the trash and returns its id. A run whose row cannot be read (a hostile id, a damaged row) cannot be
 * restored either: its row is deleted, and null is returned. Throws NotFound, ReadOnly, or InvalidState while the run is
 * active.
 */
export async function trashRun({ database }: RunFiles, id: string): Promise<string | null> {
  const unusable = unusableRow(database, id, () => database.runs.row(id))
  if (unusable !== null) {
    await discardRow(database, unusable)
    return null
  }
  requireEnded(database.runs.row(id))
  requireDeletable(database)
  try {
    await whileWritable(database, (writable) => writable.evenIfFull(() => writable.trash.add('run', id)))
  } catch (error) {
    throw toErrorData(error).code === 'DiskFull' ? noRoomForTrash(id) : error
  }
  return id
}

const noRoomForTrash = (id: string): StudioError =>
  new StudioError(
    'DiskFull',
    `The disk is full, so run ${id} cannot be noted in the trash: free some space, for instance by emptying the trash, or ` +
      'delete the run for good, on the command line with --for-good.',
  )

/**
 * Deletes an ended run for good, whether it is in the trash or not, with its metrics and checkpoints. The checkpoints are
 * deleted first, because on a full disk they make the room that the rest of the deletion needs. The row is deleted last, so
 * that an interrupted deletion can be repeated. If a run's row cannot be read only the row is deleted. Throws NotFound,
 * ReadOnly, or InvalidState while the run is active.
 */
export async function removeRun({ database, workspace }: RunFiles, id: string): Promise<void> {
  const unusable = unusableRow(database, id, () => database.runs.anyRow(id))
  if (unusable !== null) return discardRow(database, unusable)
  requireEnded(database.runs.anyRow(id))
  requireDeletable(database)
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

function requireEnded({ id, owner, status }: RunRow): void {
  if (owner) throw new StudioError('InvalidState', `Run ${id} is ${status}: stop it before deleting it.`)
}

/** On a full disk a deletion makes room; elsewhere a database that is read-only stays as it is. */
function requireDeletable({ readOnly }: StudioDatabase): void {
  if (readOnly && readOnly.data.code !== 'DiskFull') throw readOnly
}

/** null for a run that `read` can read. */
function unusableRow(database: StudioDatabase, id: string, read: () => RunRow): UnusableRun | null {
  try {
    read()
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
  requireDeletable(database)
  await whileWritable(database, (writable) => writable.evenIfFull(() => writable.runs.discard(key)))
}

/**
 * Works on a database that can be written. One that was opened on a full disk is read-only, but after opening it again it may accept small
 * changes.
 */
export async function whileWritable(
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
