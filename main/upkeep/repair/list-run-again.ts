/** Makes the row of a run again whose row is lost and whose checkpoints are there. */
import type { StudioDatabase } from '../../../db/index.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import type { DatasetService } from '../../datasets/dataset-service.ts'
import { compilePlan } from '../../model/plan.ts'
import { currentProcess } from '../../platform/process-identity.ts'
import { checkpointsAt, readRecord, stepsOnDisk } from '../../training/checkpoints.ts'
import { currentEnvironment } from '../../training/environment.ts'
import type { CheckpointRecord } from '../../training/position.ts'

export interface LostRunSources {
  workspace: string
  database: StudioDatabase
  datasets: DatasetService
}

const UNKNOWN = 'unknown'

/**
 * Lists the run again from its last checkpoint: with its epochs and settings, but without its points, log, name, notes and
 * tags. Returns null, or why that is not possible.
 */
export async function listRunAgain(
  { workspace, database, datasets }: LostRunSources,
  run: string,
): Promise<string | null> {
  const steps = (await stepsOnDisk(workspace, run)) ?? []
  const records: CheckpointRecord[] = []
  for (const step of steps) {
    const record = await readRecord(workspace, run, step)
    if (record) records.push(record)
  }
  const last = records.at(-1)
  if (!last) return `${run} has no intact checkpoint, so it cannot be listed again.`
  const { model, config, position, datasetHash } = last
  if (!model)
    return `The checkpoints of ${run} do not say which model they are of, so it cannot be listed again.`
  const dataset = (await datasets.list()).find(({ hash }) => hash === datasetHash)
  const manifest = dataset ? await datasets.show(dataset.id) : null
  const plan = manifest ? compilePlan(model, columnsOf(manifest)) : null
  const environment = await currentEnvironment(workspace, config.threads, 'cli')
  const checkpoints = await checkpointsAt(workspace, run, steps)
  const day = new Date().toISOString().slice(0, 10)
  database.transaction(() => {
    const { id } = database.runs.create(
      {
        name: `${model.name}, found again`,
        model,
        modelId: database.models.idOf(model),
        config,
        environment,
        datasetId: dataset?.id ?? UNKNOWN,
        datasetName: dataset?.name ?? UNKNOWN,
        datasetHash,
        parameters: (plan?.parameters ?? []).reduce(
          (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
          0,
        ),
        owner: currentProcess(),
      },
      { id: run, createdAt: records[0]?.createdAt ?? last.createdAt },
    )
    for (const epoch of position.epochs) database.epochs.save(id, epoch)
    database.checkpoints.replaceAll(id, checkpoints)
    database.points.append(id, last.unstoredPoints)
    database.runs.patch(id, {
      steps: position.step,
      durationMs: position.elapsedMs,
      notes: `Its row in the database was lost. It was made again from its last checkpoint on ${day}, without its name, points and log; the machine is the one of the repair.`,
    })
    const isComplete = position.epoch > config.epochs
    database.runs.end(id, { status: isComplete ? 'completed' : 'interrupted', error: null })
  })
  return null
}
