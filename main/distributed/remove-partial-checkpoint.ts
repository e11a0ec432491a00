/** A job that breaks while a checkpoint is written leaves a file as large as the whole model. */
import { checkpointFolder, CheckpointStore } from '../training/checkpoints.ts'
import type { TrainerJob } from '../training/protocol.ts'
import { lockFolder } from '../training/trainer-lock.ts'

/**
 * Removes what the ranks of a job that has ended have written in part. Leaves it to whoever resumes the run if that has
 * begun already, or if nothing can be removed.
 */
export async function removePartialCheckpoint(job: TrainerJob): Promise<void> {
  const { workspace, run, datasetHash, config } = job
  try {
    const release = await lockFolder(checkpointFolder(workspace, run), () => true)
    if (!release) return
    try {
      await new CheckpointStore({ workspace, run, datasetHash, config }).removeLeftovers()
    } finally {
      await release()
    }
  } catch {
    // The error of the job is the one to report.
  }
}
