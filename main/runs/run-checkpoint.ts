/** Chooses which of a run's checkpoints to read, and checks it. */
import { join } from 'node:path'
import { StudioError } from '../contract/errors.ts'
import type { CheckpointInfo } from '../contract/runs.ts'
import { fileError, isMissing } from '../platform/file-errors.ts'
import { checkpointFolder } from '../training/checkpoints.ts'
import { sha256OfFile } from '../platform/sha256.ts'
import { storedCheckpoints, type CheckpointSources } from './stored-checkpoints.ts'
import { refuseLinks } from '../platform/workspace-links.ts'

export type CheckpointChoice = 'best' | 'last'

const ATTEMPTS = 5

/**
 * The run's best checkpoint (the last one if none is best) or its last one. Throws NotFound if there is none yet, and
 * Corrupt if it is damaged.
 */
export async function intactCheckpoint(
  sources: CheckpointSources,
  run: string,
  choice: CheckpointChoice,
): Promise<CheckpointInfo & { file: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await chosenCheckpoint(sources, run, choice)
    } catch (error) {
      // A training run may remove a checkpoint after its folder was read.
      if (!(error instanceof Gone) || attempt === ATTEMPTS) throw error
    }
  }
}

/** A checkpoint that existed a moment ago. */
class Gone extends StudioError {}

async function chosenCheckpoint(
  sources: CheckpointSources,
  run: string,
  choice: CheckpointChoice,
): Promise<CheckpointInfo & { file: string }> {
  const checkpoints = await storedCheckpoints(sources, run)
  const last = checkpoints.at(-1)
  const checkpoint = choice === 'best' ? (checkpoints.findLast(({ kind }) => kind === 'best') ?? last) : last
  if (!checkpoint) {
    throw new StudioError('NotFound', `Run ${run} has no checkpoint yet: let it finish an epoch first.`)
  }
  const file = join(checkpointFolder(sources.workspace, run), `${checkpoint.step}.safetensors`)
  refuseLinks(sources.workspace, file)
  await requireUndamaged(file, checkpoint)
  return { ...checkpoint, file }
}

async function requireUndamaged(file: string, { sha256 }: CheckpointInfo): Promise<void> {
  const found = await sha256OfFile(file).catch((error: unknown) => {
    if (isMissing(error)) throw new Gone('Io', `The checkpoint ${file} no longer exists.`, { file })
    throw fileError(error, 'read the checkpoint', file)
  })
  if (found === sha256) return
  throw new StudioError(
    'Corrupt',
    `The checkpoint ${file} is damaged: its SHA-256 differs from the recorded one. Resume the run to make a new one.`,
    { file },
  )
}
