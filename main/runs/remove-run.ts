import { rm } from 'node:fs/promises'
import { setImmediate as otherWork } from 'node:timers/promises'
import { openStudioDatabase, type StudioDatabase } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'
import { checkpointFolder } from '../training/checkpoints.ts'

/** Points deleted before other work gets its turn; so few that the reserve of a full disk holds their changes. */
const PIECE = 2000

/**
 * Deletes an ended run with its metrics and checkpoints. The checkpoints go first: on a full disk they make the room that
 * the rest of the deletion needs. Its row goes last, so that a deletion that was cut short can be repeated. Throws
 * NotFound, ReadOnly, or InvalidState while the run lives.
 */
export async function removeRun(
  { database, workspace }: { database: StudioDatabase; workspace: string },
  id: string,
): Promise<void> {
  const { owner, status } = database.runs.row(id)
  if (owner) throw new StudioError('InvalidState', `Run ${id} is ${status}: stop it before deleting it.`)
  if (database.readOnly && database.readOnly.data.code !== 'DiskFull') throw database.readOnly
  const folder = checkpointFolder(workspace, id)
  await rm(folder, { recursive: true, force: true }).catch((cause: NodeJS.ErrnoException) => {
    const message = `The checkpoints in ${folder} cannot be deleted (${cause.code}): delete that folder and try again.`
    throw new StudioError('Io', message, { file: folder })
  })
  const writable = database.readOnly ? openStudioDatabase(database.file) : database
  try {
    while (writable.evenIfFull(() => writable.points.removeSome(id, PIECE)) === PIECE) await otherWork()
    writable.evenIfFull(() => writable.runs.remove(id))
  } finally {
    if (writable !== database) writable.close()
  }
}
