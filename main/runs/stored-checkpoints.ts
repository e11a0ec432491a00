/** A run's checkpoints as they lie on the disk: the database does not hear of the last ones where an owner was killed. */
import type { StudioReader } from '../../db/index.ts'
import type { CheckpointInfo } from '../contract/runs.ts'
import { checkpointsAt, stepsOnDisk } from '../training/checkpoints.ts'

export interface CheckpointSources {
  database: StudioReader
  /** The workspace folder. */
  workspace: string
}

/**
 * By step. One that the database does not know yet has its step as a negative id. Throws NotFound where there is no
 * such run.
 */
export async function storedCheckpoints(
  { database, workspace }: CheckpointSources,
  run: string,
): Promise<CheckpointInfo[]> {
  const known = database.checkpoints.list(run)
  const steps = await stepsOnDisk(workspace, run)
  // Where the folder cannot be read just now, what the database says is the best there is.
  if (!steps) return known
  const there = known.filter(({ step }) => steps.includes(step))
  const unknown = steps.filter((step) => !known.some((checkpoint) => checkpoint.step === step))
  const found = await checkpointsAt(workspace, run, unknown)
  const overtaken = found.some(({ kind }) => kind === 'best')
  return [
    ...there.map((checkpoint) =>
      overtaken && checkpoint.kind === 'best' ? { ...checkpoint, kind: 'kept' as const } : checkpoint,
    ),
    ...found.map((checkpoint) => ({ id: -checkpoint.step, ...checkpoint })),
  ].toSorted((a, b) => a.step - b.step)
}
