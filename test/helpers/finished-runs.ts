/** A workspace's database with finished runs, as after a month of work. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStudioDatabase, type NewRun } from '../../db/index.ts'
import { launchApp, type RunningApp } from './app.ts'
import { sampleEpoch, sampleRun } from './sample-run.ts'

export interface FinishedRuns {
  /** The number of runs. Each is named by `changes`, or `seed N`. */
  count: number
  changes?: (index: number) => Partial<NewRun>
  epochs?: number
  /** The number of points of the training curve. */
  points?: number
}

const STEPS_PER_POINT = 10

/** The ids in the order of creation. */
export function addFinishedRuns(
  workspace: string,
  { count, changes = () => ({}), epochs = 0, points = 0 }: FinishedRuns,
): string[] {
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  try {
    return database.transaction(() =>
      Array.from({ length: count }, (_, index) => {
        const { id } = database.runs.create(sampleRun({ name: `seed ${index}`, ...changes(index) }))
        const total = points * STEPS_PER_POINT
        const elapsed = (step: number) => step * 2
        database.points.append(
          id,
          Array.from({ length: points }, (_, at) => {
            const step = (at + 1) * STEPS_PER_POINT
            const value = 0.45 + 0.25 / (1 + at / 20) + 0.01 * Math.sin(at * 1.7 + index)
            return {
              series: 'train/loss',
              step,
              epoch: Math.ceil((step / total) * Math.max(1, epochs)),
              value,
              elapsedMs: elapsed(step),
            }
          }),
        )
        for (let epoch = 1; epoch <= epochs; epoch++) {
          const auc = 0.8 - 0.1 / epoch + 0.002 * (index % 7)
          const step = Math.max(epoch, Math.round((total * epoch) / epochs))
          database.epochs.save(id, sampleEpoch(epoch, auc, auc - 0.004))
          database.points.append(
            id,
            [
              ['validation/auc', auc],
              ['test/auc', auc - 0.004],
              ['validation/logLoss', 0.5 + 0.1 / epoch],
              ['test/logLoss', 0.51 + 0.1 / epoch],
            ].map(([series, value]) => ({
              series: String(series),
              step,
              epoch,
              value: Number(value),
              elapsedMs: elapsed(step),
            })),
          )
        }
        database.runs.patch(id, { durationMs: 61_500 + index * 1000, steps: total, samplesPerSecond: 54_321 })
        database.runs.end(id, { status: 'completed', error: null })
        return id
      }),
    )
  } finally {
    database.close()
  }
}

/**
 * The window on a new workspace that `prepare` has filled, with these links or files opened. close() deletes the
 * workspace.
 */
export async function launchPrepared(
  prepare: (workspace: string) => unknown,
  opened: string[] = [],
): Promise<RunningApp> {
  const workspace = mkdtempSync(join(tmpdir(), 'dlrm-studio-window-'))
  await prepare(workspace)
  const running = await launchApp({ workspace, opened })
  return {
    ...running,
    close: async () => {
      await running.close()
      rmSync(workspace, { recursive: true, force: true })
    },
  }
}
