/** Which of a run's checkpoints to read, and whether it is what was written. */
import { join } from 'node:path'
import type { StudioReader } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { CheckpointInfo } from '../contract/runs.ts'
import { sha256OfFile } from '../training/file-hash.ts'

export type CheckpointChoice = 'best' | 'last'

/**
 * The run's best checkpoint (the last one where none is best) or its last. Throws NotFound where there is none yet,
 * Corrupt where it is damaged.
 */
export async function soundCheckpoint(
  { database, workspace }: { database: StudioReader; workspace: string },
  run: string,
  choice: CheckpointChoice,
): Promise<CheckpointInfo & { file: string }> {
  const checkpoints = database.checkpoints.list(run)
  const last = checkpoints.at(-1)
  const checkpoint = choice === 'best' ? (checkpoints.findLast(({ kind }) => kind === 'best') ?? last) : last
  if (!checkpoint) {
    throw new StudioError('NotFound', `Run ${run} has no checkpoint yet: let it finish an epoch first.`)
  }
  const file = join(workspace, checkpoint.path)
  await requireUndamaged(file, checkpoint)
  return { ...checkpoint, file }
}

async function requireUndamaged(file: string, { sha256 }: CheckpointInfo): Promise<void> {
  const found = await sha256OfFile(file).catch((error: Error) => {
    throw new StudioError('Io', `The checkpoint ${file} cannot be read: ${error.message}.`, { file })
  })
  if (found === sha256) return
  throw new StudioError(
    'Corrupt',
    `The checkpoint ${file} is damaged: its SHA-256 is not the recorded one. Resume the run to make a new one.`,
    { file },
  )
}
