/** Trains, kills, resumes and kills again, and compares the result with the undisturbed training. */
import { expect } from 'vitest'
import { checkKilled, evidenceOf, inspect, resumedAt } from './evidence.ts'
import type { Moments } from './moments.ts'
import type { Training } from './training.ts'

/** The number of times a run is killed before it may finish. */
const KILLS_A_RUN = 3
/** The share of the whole training within which a kill comes; a later kill would come too late. */
const LATEST = 0.7

/** The owner of the runs, with the processes of it that are killed. */
export interface Victim {
  /** Starts the training under this name. */
  start(name: string): Promise<void>
  /** The maximum number of milliseconds after its start or resume at which a run is killed for the nth time, from 0. */
  latestMs?(kill: number): number
  /** Kills and waits until the run is known to be over, or its owner dead. */
  kill(): Promise<void>
  resume(run: string): Promise<void>
  /** Resolves once what was started or resumed has come to its end. */
  finish(): Promise<void>
}

/** A fresh name for each run, by which it is found after a kill. */
let runs = 0

export async function survive(training: Training, moments: Moments, victim: Victim): Promise<void> {
  const found: string[] = []
  while (found.length < moments.kills) {
    await surviveOnce(training, moments, victim, found)
  }
  moments.summary(found)
}

async function surviveOnce(
  { workspace, whole, durationMs, stepsPerEpoch }: Training,
  moments: Moments,
  victim: Victim,
  found: string[],
): Promise<void> {
  const name = `killed ${++runs}`
  const runNow = () =>
    inspect(workspace, ({ runList }) => runList.newest(200).find((run) => run.name === name))
  /** Finished epochs that were stored before each time the run was resumed. */
  const known: number[] = []
  await victim.start(name)
  for (let kills = 0; kills < KILLS_A_RUN && found.length < moments.kills; kills++) {
    await moments.wait(victim.latestMs?.(kills) ?? durationMs * LATEST)
    const before = runNow()
    await victim.kill()
    const run = runNow()
    if (!run) {
      found.push('before the run')
      await victim.start(name)
      continue
    }
    const epochs = checkKilled(workspace, run.id, whole)
    if (run.status === 'completed') break
    found.push(before?.progress?.phase ?? 'starting')
    known.push(epochs)
    await victim.resume(run.id)
  }
  await victim.finish()
  const run = runNow()
  if (!run) throw new Error(`There is no run ${name}.`)
  expect(await evidenceOf(workspace, run.id)).toEqual(whole)
  const resumed = resumedAt(workspace, run.id)
  // The last resume is sure to have come to training; an earlier one may have been killed before.
  const finished = known.at(-1)
  if (finished !== undefined) expect(resumed.at(-1)).toBeGreaterThanOrEqual(finished * stepsPerEpoch)
}
