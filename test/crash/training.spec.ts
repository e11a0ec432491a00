import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { EngineClient } from './engine-client.ts'
import { Moments } from './moments.ts'
import { until } from '../helpers/until.ts'
import { killNow, startCommand, trainersOf, untilGone, type StartedCommand } from './processes.ts'
import { survive } from './survive.ts'
import { DATASET, undisturbedTraining, type Training } from './training.ts'

let training: Training
beforeAll(async () => {
  training = await undisturbedTraining()
}, 120_000)
afterAll(() => rm(training.workspace, { recursive: true, force: true }))

const LONG = 60 * 60_000
/** A run that has just been resumed is killed within this time. */
const JUST_RESUMED_MS = 300
/** So long a trainer goes on at most without hearing from its stopped owner. */
const MAX_SILENCE_MS = 1500

function startIn(engine: EngineClient, name: string) {
  const { model, config } = training
  return engine.request('runs.start', { name, dataset: DATASET, model, config })
}

function untilNothingRuns(engine: EngineClient): Promise<true> {
  return until('nothing runs any more', async () => {
    const { runs } = await engine.request('runs.list', {})
    return runs.every(({ status }) => status !== 'starting' && status !== 'running')
  })
}

/** What happens between two kills, by requests to whichever engine there is then. */
const through = (engine: () => EngineClient) => ({
  start: async (name: string) => void (await startIn(engine(), name)),
  resume: async (id: string) => void (await engine().request('runs.resume', { id })),
  finish: async () => void (await untilNothingRuns(engine())),
})

/** Trains with an engine that is killed again and again; `beforeKill` acts on its process just before each kill. */
async function surviveEngines(
  moments: Moments,
  beforeKill: (engine: number) => Promise<void> = () => Promise.resolve(),
  latestMs?: (kill: number) => number,
): Promise<void> {
  let engine = await EngineClient.start(training.workspace)
  await survive(training, moments, {
    ...(latestMs && { latestMs }),
    ...through(() => engine),
    kill: async () => {
      const trainers = trainersOf(engine.pid)
      await beforeKill(engine.pid)
      await engine.kill()
      // A user may resume the run before the old trainer has saved its checkpoint.
      if (moments.toss()) await Promise.all(trainers.map(untilGone))
      engine = await EngineClient.start(training.workspace)
    },
  })
  await engine.close()
}

describe('a run comes to the same end, bit by bit, however often', () => {
  it(
    'its trainer is killed, and the engine stays',
    async () => {
      const engine = await EngineClient.start(training.workspace)
      await survive(training, new Moments('trainer'), {
        ...through(() => engine),
        kill: async () => {
          for (const trainer of trainersOf(engine.pid)) killNow(trainer)
          await untilNothingRuns(engine)
        },
      })
      await engine.close()
    },
    LONG,
  )

  it(
    'the engine is killed and its trainer left without an owner',
    () => surviveEngines(new Moments('engine')),
    LONG,
  )

  it(
    'the engine is killed just after a resume, out of its work, while it is leaving or while it is stopped by a signal',
    async () => {
      const moments = new Moments('resume')
      const beforeKill = async (engine: number) => {
        const how = moments.random()
        if (how < 0.5) {
          process.kill(engine, 'SIGSTOP')
          await moments.wait(MAX_SILENCE_MS)
        } else if (how < 0.75) {
          process.kill(engine, 'SIGTERM')
          await moments.wait(JUST_RESUMED_MS)
        }
      }
      await surviveEngines(moments, beforeKill, (kill) =>
        kill === 0 ? training.durationMs / 2 : JUST_RESUMED_MS,
      )
    },
    LONG,
  )

  it(
    'the command line that trains it is killed, alone or with its trainer',
    async () => {
      const { workspace, command } = training
      const moments = new Moments('commandLine')
      let working: StartedCommand
      await survive(training, moments, {
        start: async (name) => {
          working = startCommand(workspace, [...command, '--name', name])
        },
        kill: async () => {
          killNow(moments.toss() ? working.pid : -working.pid)
          await working.ended
        },
        resume: async (id) => {
          working = startCommand(workspace, ['resume', id])
        },
        finish: async () => {
          const { code, stdout, stderr } = await working.ended
          if (code !== 0) throw new Error(`It exited with ${code}: ${stdout}\n${stderr}`)
        },
      })
    },
    LONG,
  )
})
