import { rm } from 'node:fs/promises'
import { setImmediate as otherWork } from 'node:timers/promises'
import type { StudioDatabase } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'
import { checkpointFolder } from '../training/checkpoints.ts'

/** Points deleted before other work gets its turn. */
const PIECE = 5000

/**
 * Deletes an ended run with its metrics and checkpoints. Its row goes last, so that a deletion that was cut short
 * can be repeated. Throws NotFound, or InvalidState while the run lives.
 */
export async function removeRun(
  { database, workspace }: { database: StudioDatabase; workspace: string },
  id: string,
): Promise<void> {
  const { owner, status } = database.runs.row(id)
  if (owner) throw new StudioError('InvalidState', `Run ${id} is ${status}: stop it before deleting it.`)
  while (database.points.removeSome(id, PIECE) === PIECE) await otherWork()
  const folder = checkpointFolder(workspace, id)
  await rm(folder, { recursive: true, force: true }).catch((cause: NodeJS.ErrnoException) => {
    const message = `The checkpoints in ${folder} cannot be deleted (${cause.code}): delete that folder and try again.`
    throw new StudioError('Io', message, { file: folder })
  })
  database.runs.remove(id)
}
