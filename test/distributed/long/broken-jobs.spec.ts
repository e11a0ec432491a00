import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { MpiName } from '../../../main/distributed/mpi.ts'
import { inspect } from '../../crash/evidence.ts'
import { descendantOf, familyOf, startCommand as startGroup } from '../../crash/processes.ts'
import { startCommand } from '../../helpers/command-line.ts'
import { isRunning, testedMpi, withMpi } from '../../helpers/mpi.ts'
import { expectCheckpointWithoutOwner, longJob, type StartedJob } from '../../helpers/mpi-jobs.ts'
import { smallTraining } from '../../helpers/small-training.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

/** Every process of a broken job is gone within this time. */
const LEAVING_LIMIT_MS = 10_000

interface Breaking {
  job: StartedJob
  /** Of the program that starts the job, `mpirun`, the program that MPI has between it and a rank, and the shell of a rank. */
  launcher: number
  mpirun: number
  shell: number
}

interface Case {
  what: string
  ranks: number
  break: (breaking: Breaking) => void
  /** The run's error. */
  says: (breaking: Breaking) => string
  /** Left out where the implementation has no such process. */
  only?: MpiName
}

const cases: Case[] = [
  {
    what: 'a rank is killed',
    ranks: 3,
    break: ({ job }) => process.kill(job.pids[1]!, 'SIGKILL'),
    says: ({ job }) => `Rank 1 (process ${job.pids[1]} on ${hostname()}) was killed.`,
  },
  {
    what: 'rank 0 is killed',
    ranks: 2,
    break: ({ job }) => process.kill(job.pids[0]!, 'SIGKILL'),
    says: ({ job }) => `Rank 0 (process ${job.pids[0]} on ${hostname()}) was killed.`,
  },
  {
    what: 'a rank is stopped',
    ranks: 2,
    break: ({ job }) => process.kill(job.pids[1]!, 'SIGSTOP'),
    says: ({ job }) => `Rank 1 (process ${job.pids[1]} on ${hostname()}) has not answered for 6 s`,
  },
  {
    what: 'the shell of a rank is killed',
    ranks: 2,
    break: ({ shell }) => process.kill(shell, 'SIGKILL'),
    // MPICH may have ended the other rank's shell as well before anybody looks, and then both are named.
    says: ({ shell }) => `(process ${shell} on ${hostname()})`,
  },
  {
    what: 'mpirun is killed',
    ranks: 2,
    break: ({ mpirun }) => process.kill(mpirun, 'SIGKILL'),
    says: () => 'was killed by SIGKILL',
  },
  {
    what: 'mpirun is stopped',
    ranks: 2,
    break: ({ mpirun }) => process.kill(mpirun, 'SIGSTOP'),
    says: () => 'No rank has been heard for 6 s, so the job was ended. mpirun',
  },
  {
    what: 'the proxy of MPICH is killed',
    ranks: 2,
    only: 'mpich',
    break: ({ job }) => process.kill(descendantOf(job.child.pid!, /hydra_pmi_proxy/), 'SIGKILL'),
    says: () => 'of MPI on ',
  },
  {
    what: 'the launcher is killed',
    ranks: 2,
    break: ({ launcher }) => process.kill(launcher, 'SIGKILL'),
    says: () => 'The launcher of the MPI job was killed by SIGKILL.',
  },
  {
    what: 'the launcher is stopped',
    ranks: 2,
    break: ({ launcher }) => process.kill(launcher, 'SIGSTOP'),
    says: () => 'The launcher of the MPI job did not answer for 6 s',
  },
  {
    what: 'a rank has no room for its part of a checkpoint',
    ranks: 2,
    // As by a quota: the rank may write no file beyond its first kilobyte from now on.
    break: ({ job }) => execFileSync('prlimit', ['--pid', String(job.pids[1]), '--fsize=1024']),
    says: ({ job }) => `Rank 1 (process ${job.pids[1]} on ${hostname()}): `,
  },
]

describe.each(testedMpi)('a run with ranks on %s', (name) => {
  async function started(workspace: string, ranks: number): Promise<Breaking> {
    const job = await longJob(workspace, name, ranks)
    const owner = job.child.pid!
    return {
      job,
      launcher: descendantOf(owner, /launcher\.mjs/),
      mpirun: descendantOf(owner, /^\S*mpi(run|exec)/),
      shell: descendantOf(owner, /^sh -c/),
    }
  }

  /** Resumes the run, waits until it trains again, and stops it. */
  async function resumes(workspace: string, run: string, ranks: number): Promise<void> {
    const resumed = startCommand(workspace, ['resume', run, '--ranks', String(ranks)], withMpi(name))
    await resumed.says('Resumed at step ')
    resumed.child.kill('SIGINT')
    await resumed.ended
  }

  it.each(cases.filter(({ only }) => only === undefined || only === name))(
    'leaves within 10 s, says why and resumes on fewer ranks when $what',
    async (each) => {
      const { workspace } = await smallTraining(await temporaryFolder())
      const breaking = await started(workspace, each.ranks)
      const { child, ended, run } = breaking.job
      const family = familyOf(child.pid!).slice(1)
      onTestFinished(() => {
        for (const pid of family.filter(isRunning)) process.kill(pid, 'SIGKILL')
      })
      each.break(breaking)
      const brokenAt = performance.now()
      const { status, stderr } = await ended
      expect(status).not.toBe(0)
      expect(stderr).toContain(each.says(breaking))
      await expect.poll(() => family.filter(isRunning), { timeout: LEAVING_LIMIT_MS }).toEqual([])
      const seconds = (performance.now() - brokenAt) / 1000
      console.log(
        `${name}, ${each.what}: all have left after ${seconds.toFixed(1)} s\n${stderr.trim().split('\n').at(-1)}`,
      )
      expect(seconds).toBeLessThan(LEAVING_LIMIT_MS / 1000)
      await resumes(workspace, run, 1)
      const names = await readdir(join(workspace, 'checkpoints', run))
      expect(names.filter((file) => file.endsWith('.tmp'))).toEqual([])
    },
  )

  /** A training in a process group of its own, as a shell with a terminal starts it, and what is stored of it. */
  async function inTerminal() {
    const { workspace } = await smallTraining(await temporaryFolder())
    const words = [
      'train',
      'dlrm',
      '--data',
      'clicks',
      '--ranks',
      '2',
      '--threads',
      '1',
      '--epochs',
      '100000',
    ]
    const { pid, ended } = startGroup(workspace, words, withMpi(name))
    const stored = () =>
      inspect(workspace, ({ runList, checkpoints }) => {
        const [run] = runList.newest(1)
        return run && { run, lastStep: checkpoints.list(run.id).at(-1)?.step ?? 0 }
      })
    return { workspace, pid, ended, stored }
  }

  it('saves a checkpoint when its terminal is closed', async () => {
    const { workspace, pid, ended, stored } = await inTerminal()
    await until('a checkpoint is stored', () => (stored()?.lastStep ?? 0) > 0)
    const family = familyOf(pid)
    const before = stored()!
    process.kill(-pid, 'SIGHUP')
    await ended
    await expect.poll(() => family.filter(isRunning), { timeout: LEAVING_LIMIT_MS }).toEqual([])
    const resumed = startCommand(workspace, ['resume', before.run.id, '--ranks', '1'], withMpi(name))
    await resumed.says('Resumed at step ')
    const step = Number(/Resumed at step (\d+)/.exec(resumed.output())?.[1])
    // A checkpoint of the middle of an epoch can only be the one of its end.
    expect(step).toBeGreaterThan(before.lastStep)
    resumed.child.kill('SIGINT')
    await resumed.ended
  })

  it('is stopped, without an error, by Ctrl-C while its launcher starts', async () => {
    const { pid, ended, stored } = await inTerminal()
    await until('the launcher has been started', () => familyOf(pid).length > 1)
    process.kill(-pid, 'SIGINT')
    expect((await ended).stderr).toContain('is stopped')
    expect(stored()?.run).toMatchObject({ status: 'stopped', error: null })
  })

  it('says to whoever asks for its stop that its owner does not answer', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const { run, child, ended } = await longJob(workspace, name, 2)
    child.kill('SIGSTOP')
    const { status, stderr } = await startCommand(workspace, ['stop', run]).ended
    expect(status).toBe(1)
    // It may have been stopped while it had the database's lock.
    expect(stderr).toMatch(
      /^Error: (Process \d+ on .*, which trains run .*, has not answered for 10 s|.* stayed locked too long)/m,
    )
    child.kill('SIGCONT')
    // The first request may have come too late for the lock.
    await startCommand(workspace, ['stop', run]).ended
    expect((await ended).stderr).toContain('Training stopped.')
  })

  it('saves a checkpoint and ends if its owner is killed', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    await expectCheckpointWithoutOwner(workspace, await longJob(workspace, name, 2))
  })
})
