import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mpiName } from '../../main/distributed/mpi.ts'
import { testedMpi, withMpi } from '../helpers/mpi.ts'
import { Moments } from './moments.ts'
import { familyOf, killNow, startCommand, untilGone, type StartedCommand } from './processes.ts'
import { survive } from './survive.ts'
import { undisturbedTraining, type Training } from './training.ts'

const LONG = 60 * 60_000
/** Every process of a broken job is gone within this time. */
const LEAVING_LIMIT_MS = 10_000

describe.runIf(testedMpi.length === mpiName.options.length)('a run with ranks', () => {
  let training: Training
  beforeAll(async () => {
    training = await undisturbedTraining({ ranks: 1 })
  }, 120_000)
  afterAll(() => rm(training.workspace, { recursive: true, force: true }))

  it(
    'comes to the same end, bit by bit, however often a process of its job is killed, on any number of ranks',
    async () => {
      const { workspace, command } = training
      const moments = new Moments('ranks')
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
          const killedAt = performance.now()
          killNow(moments.one(family))
          await Promise.all([working.ended, ...family.map(untilGone)])
          expect(performance.now() - killedAt).toBeLessThan(LEAVING_LIMIT_MS)
        },
        resume: async (id) => {
          working = startCommand(workspace, ['resume', id, ...ranks()], mpi())
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
