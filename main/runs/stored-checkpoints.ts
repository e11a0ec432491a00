/** A run's checkpoints on the disk. The database does not have the last ones if an owner was killed. */
import type { StudioReader } from '../../db/index.ts'
import type { CheckpointInfo } from '../contract/runs.ts'
import { checkpointsAt, stepsOnDisk } from '../training/checkpoints.ts'

export interface CheckpointSources {
  database: StudioReader
  /** The workspace folder. */
  workspace: string
}

/**
 * By step. A checkpoint that the database does not have yet gets its step as a negative id. Throws NotFound if there is
 * no such run.
 */
export async function storedCheckpoints(
  { database, workspace }: CheckpointSources,
  run: string,
): Promise<CheckpointInfo[]> {
  const known = database.checkpoints.list(run)
  const steps = await stepsOnDisk(workspace, run)
  // If the folder cannot be read at the moment, the database's list is used.
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
