import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mpiName } from '../../main/distributed/mpi.ts'
import { testedMpi, withMpi } from '../helpers/mpi.ts'
import { Moments } from './moments.ts'
import { commandOf, familyOf, killNow, startCommand, untilGone, type StartedCommand } from './processes.ts'
import { survive } from './survive.ts'
import { undisturbedTraining, type Training } from './training.ts'

const LONG = 60 * 60_000
/** Which process of a job a command line is of. */
const kinds: readonly [RegExp, string][] = [
  [/cli\.mjs/, 'the owner'],
  [/launcher\.mjs/, 'the launcher'],
  [/^\S*mpi(run|exec)/, 'mpirun'],
  [/hydra/, 'the proxy of MPICH'],
  [/^sh -c/, 'the shell of a rank'],
  [/rank\.mjs/, 'a rank'],
  [/./, 'another process'],
]
const kindOf = (command: string): string =>
  kinds.find(([pattern]) => pattern.test(command))?.[1] ?? 'a process that had ended'

interface Kill {
  what: string
  /** Until all others had left. */
  seconds: number
  isSaving: boolean
}

/** One line for each kind of process: how many were killed, and how long the others took to leave. */
function table(kills: readonly Kill[]): string {
  const whats = [...new Set(kills.map(({ what }) => what))]
  const lines = whats.map((what) => {
    const own = kills.filter((kill) => kill.what === what)
    const seconds = own.map((kill) => kill.seconds).toSorted((a, b) => a - b)
    const saving = own.filter(({ isSaving }) => isSaving).length
    return (
      `${what}: ${own.length} kills, ${saving} of them while a checkpoint was written; ` +
      `all had left after ${seconds[0]?.toFixed(1)} to ${seconds.at(-1)?.toFixed(1)} s`
    )
  })
  return lines.join('\n')
}

/** Every process of a broken job is gone within this time. */
const LEAVING_LIMIT_S = 10

describe.runIf(testedMpi.length === mpiName.options.length)('a run with ranks', () => {
  let training: Training
  beforeAll(async () => {
    // With so many checkpoints, some kills come while one is written.
    training = await undisturbedTraining({ ranks: 1, checkpointEverySteps: 11 })
  }, 120_000)
  afterAll(() => rm(training.workspace, { recursive: true, force: true }))

  it(
    'comes to the same end, bit by bit, however often a process of its job is killed, on any number of ranks',
    async () => {
      const { workspace, command } = training
      const moments = new Moments('ranks')
      const kills: Kill[] = []
      const checkpoints = join(workspace, 'checkpoints')
      let working: StartedCommand
      const ranks = () => ['--ranks', String(moments.one([1, 2, 4]))]
      const mpi = () => withMpi(moments.one(['openmpi', 'mpich']))
      await survive(training, moments, {
        // Several ranks take longer on the same cores, above all to start.
        latestMs: () => training.durationMs * 2,
        start: async (name) => {
          working = startCommand(workspace, [...command, '--name', name, ...ranks()], mpi())
        },
        kill: async () => {
          const family = familyOf(working.pid)
          const killed = moments.one(family)
          const what = kindOf(commandOf(killed))
          const files = await readdir(checkpoints, { recursive: true }).catch(() => [])
          const killedAt = performance.now()
          killNow(killed)
          await Promise.all([working.ended, ...family.map(untilGone)])
          const seconds = (performance.now() - killedAt) / 1000
          kills.push({ what, seconds, isSaving: files.some((file) => file.endsWith('.tmp')) })
          expect(seconds, what).toBeLessThan(LEAVING_LIMIT_S)
        },
        resume: async (id) => {
          working = startCommand(workspace, ['resume', id, ...ranks()], mpi())
        },
        finish: async () => {
          const { code, stdout, stderr } = await working.ended
          if (code !== 0) throw new Error(`It exited with ${code}: ${stdout}\n${stderr}`)
        },
      }).finally(() => console.log(table(kills)))
    },
    LONG,
  )
})
