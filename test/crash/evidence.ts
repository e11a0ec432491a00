/** The state of a run: its results to the last bit, and whether anything is damaged or left over. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openStudioDatabase, type StudioDatabase } from '../../db/index.ts'
import type { EpochResult } from '../../main/contract/runs.ts'
import { checkpointFolder } from '../../main/training/checkpoints.ts'
import { databaseFile } from '../../main/platform/workspace.ts'

/** Everything about a run that must be the same whether it was killed or not. */
export interface Evidence {
  epochs: EpochResult[]
  /** Values by series and step. */
  points: Record<string, number>
  best: { value: number | null; epoch: number | null; testAuc: number | null }
  checkpoints: { step: number; kind: string; sha256: string }[]
  testPredictions: string
}

/** Opens the workspace's database for one inspection. */
export function inspect<Seen>(workspace: string, at: (database: StudioDatabase) => Seen): Seen {
  const database = openStudioDatabase(databaseFile(workspace))
  try {
    return at(database)
  } finally {
    database.close()
  }
}

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** An epoch's duration differs each time. */
const untimed = (result: EpochResult): EpochResult => ({ ...result, durationMs: 0 })

/** For a completed run. Checks that the folder contains exactly what the database lists. */
export async function evidenceOf(workspace: string, run: string): Promise<Evidence> {
  const folder = checkpointFolder(workspace, run)
  const { row, epochs, points, checkpoints } = inspect(workspace, (database) => ({
    row: database.runs.row(run),
    epochs: database.epochs.list(run),
    points: database.points.after(run, 0, 1e6),
    checkpoints: database.checkpoints.list(run),
  }))
  expect(row).toMatchObject({ status: 'completed', error: null })
  const files = checkpoints.flatMap(({ step }) => [`${step}.json`, `${step}.safetensors`])
  expect((await readdir(folder)).toSorted()).toEqual(
    [...files, 'test-predictions.f32', 'test-predictions.sha256'].toSorted(),
  )
  for (const checkpoint of checkpoints) {
    expect(await sha256(join(workspace, checkpoint.path))).toBe(checkpoint.sha256)
  }
  return {
    epochs: epochs.map(untimed),
    points: Object.fromEntries(points.map(({ series, step, value }) => [`${series} ${step}`, value])),
    best: { value: row.best, epoch: row.bestEpoch, testAuc: row.testAuc },
    checkpoints: checkpoints.map(({ step, kind, sha256: hash }) => ({ step, kind, sha256: hash })),
    testPredictions: await sha256(join(folder, 'test-predictions.f32')),
  }
}

/**
 * Inspects a run directly after a kill: the database must be intact, and its content a part of the whole run's
 * evidence. Returns the number of finished epochs.
 */
export function checkKilled(workspace: string, run: string, whole: Evidence): number {
  return inspect(workspace, (database) => {
    expect(database.integrity()).toEqual([])
    const epochs = database.epochs.list(run).map(untimed)
    expect(epochs).toEqual(whole.epochs.slice(0, epochs.length))
    for (const { series, step, value } of database.points.after(run, 0, 1e6)) {
      expect(value).toBe(whole.points[`${series} ${step}`])
    }
    return epochs.length
  })
}

/** The steps at which a run was resumed, in order. */
export function resumedAt(workspace: string, run: string): number[] {
  const lines = inspect(workspace, (database) => database.log.after(run, 0, 1e6))
  return lines
    .flatMap(({ message }) => Number(/^Resumed at step (\d+)/.exec(message)?.[1] ?? NaN))
    .filter(Number.isFinite)
}
