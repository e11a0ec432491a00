import { execFileSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Services } from '../../main/cli/services.ts'
import type { JobTimes } from '../../main/contract/cluster.ts'
import { rankExchange } from '../../main/contract/rank-exchange.ts'
import type { RunStatus } from '../../main/contract/runs.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { writeClicks } from '../helpers/click-file.ts'
import { startCommand } from '../helpers/command-line.ts'
import { isRunning, otherVersion, ranksIn, tamperedRank, testedMpi, withMpi } from '../helpers/mpi.ts'
import { expectAllGone, expectCheckpointWithoutOwner, longJob, refused, train } from '../helpers/mpi-jobs.ts'
import { mayMount } from '../helpers/small-disk.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

function runs(workspace: string): Services {
  const services = new Services(workspace)
  onTestFinished(() => services.close())
  return services
}

async function untilStatus(services: Services, run: string, status: RunStatus): Promise<void> {
  await until(`the run is ${status}`, () => services.database.runs.row(run).status === status)
}

describe.each(testedMpi)('a run with ranks on %s', (name) => {
  it('names a rank that is killed, ends the others and can be resumed on fewer ranks', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const { run, ended, pids } = await longJob(workspace, name, 3)
    process.kill(pids[1]!, 'SIGKILL')
    const { status, stderr } = await ended
    expect(status).toBe(1)
    expect(stderr).toContain(`Rank 1 (process ${pids[1]} on ${hostname()}) was killed.`)
    await expectAllGone(pids)
    const files = await readdir(join(workspace, 'checkpoints', run))
    expect(files.filter((each) => each.endsWith('.tmp'))).toEqual([])
    const resumed = startCommand(workspace, ['resume', run, '--ranks', '1'], withMpi(name))
    await resumed.says('Resumed at step ')
    resumed.child.kill('SIGINT')
    await resumed.ended
  })
})

/** What depends little on the implementation is tested with one of them here, and with each in long/. */
describe.runIf(testedMpi.length > 0)('a run with ranks', () => {
  const name = testedMpi.at(-1) ?? 'mpich'

  it('is paused, resumed and stopped as any run, and goes on with another number of ranks', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const { run, ended, pids } = await longJob(workspace, name, 2)
    expect(new Set(pids).size).toBe(2)
    const services = runs(workspace)
    await services.runs.pause(run)
    await untilStatus(services, run, 'paused')
    expectTimes(services.database.rankTimes.get(run), 2)
    expect(pids.every(isRunning)).toBe(true)
    await expect(services.runs.resume(run, { ranks: 1 })).rejects.toThrow(/ranks as before: stop it first/)
    await services.runs.resume(run)
    await untilStatus(services, run, 'running')
    await services.runs.stop(run)
    expect((await ended).status).toBe(0)
    await expectAllGone(pids)
    const { status, steps } = services.database.runs.row(run)
    expect(status).toBe('stopped')

    const resumed = startCommand(workspace, ['resume', run, '--ranks', '3'], withMpi(name))
    await resumed.says(`Resumed at step ${steps}.`)
    await resumed.says('The ranks train on')
    expect(ranksIn(resumed.output())).toHaveLength(3)
    expect(services.database.runs.get(run).config.ranks).toBe(3)
    await services.runs.stop(run)
    expect((await resumed.ended).stderr).toContain('Training stopped.')
    expect(services.database.runs.row(run).status).toBe('stopped')
  })

  it('saves a checkpoint and ends if its owner is killed', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    await expectCheckpointWithoutOwner(workspace, await longJob(workspace, name, 2))
  })

  it('has the same losses by every exchange, and says by which it was trained and where', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const once = train(2, '--epochs', '1', '--log-every', '1', '--set', 'earlyStopping=null')
    const results = await Promise.all(
      rankExchange.options.map(async (exchange) => {
        const { ended } = startCommand(workspace, ['--json', ...once, '--exchange', exchange], withMpi(name))
        return JSON.parse((await ended).stdout) as { run: string; stepLosses: number[] }
      }),
    )
    const { database } = runs(workspace)
    const jobs = results.map(({ run }) => database.runs.get(run).environment.computation?.job)
    expect(jobs.map((job) => job?.exchange)).toEqual(rankExchange.options)
    expect(jobs[0]).toMatchObject({ ranks: 2, hosts: [{ name: hostname(), ranks: 2 }] })
    const [first, ...others] = results.map(({ stepLosses }) => stepLosses)
    expect(first?.length).toBeGreaterThan(2)
    for (const losses of others) expect(losses).toEqual(first)
  })

  it('does not begin if a rank has another version', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const rank = await otherVersion('9.9.9')
    const environment = await tamperedRank(
      name,
      `for last; do :; done; exec ${process.execPath} ${rank} "$last"`,
    )
    const { code, message } = await refused(workspace, train(2), environment)
    expect(code).toBe('InvalidState')
    expect(message).toMatch(/^Rank 1 \(process \d+ on .*\) runs version 9\.9\.9 of DLRM Studio/)
  })

  it('names a rank that cannot write its part of a checkpoint, and keeps the one before', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const { run, ended, pids } = await longJob(workspace, name, 2)
    // As by a quota: the rank may write no file beyond its first kilobyte from now on.
    execFileSync('prlimit', ['--pid', String(pids[1]), '--fsize=1024'])
    const { status, stderr } = await ended
    expect(status).toBe(1)
    expect(stderr).toContain(
      `Rank 1 (process ${pids[1]} on ${hostname()}): ${join(workspace, 'checkpoints')}`,
    )
    await expectAllGone(pids)
    const names = await readdir(join(workspace, 'checkpoints', run))
    expect(names.filter((each) => each.endsWith('.tmp'))).toEqual([])
    const resumed = startCommand(workspace, ['resume', run], withMpi(name))
    await resumed.says('Resumed at step ')
    resumed.child.kill('SIGINT')
    await resumed.ended
  })

  it.runIf(mayMount)('does not begin if a rank has another dataset, or none', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const dataset = join(workspace, 'datasets', 'clicks')
    const other = await otherDataset()
    const empty = await temporaryFolder()
    const seeing = (folder: string) =>
      tamperedRank(
        name,
        `exec unshare --mount sh -c 'mount --bind ${folder} ${dataset} && exec "$@"' sh "$@"`,
      )
    const different = await refused(workspace, train(2), await seeing(other))
    expect(different.message).toMatch(
      /^Rank 1 \(process \d+ on .*\): The dataset in .* is not the one of this run/,
    )
    const absent = await refused(workspace, train(2), await seeing(empty))
    expect(absent.message).toMatch(/^Rank 1 \(process \d+ on .*\): .*manifest/)
  })
})

/** That every rank has told what its steps take, and that it waits no longer than they do. */
function expectTimes(times: JobTimes | null, ranks: number): void {
  expect(times?.ranks.map(({ rank, host }) => [rank, host])).toEqual(
    Array.from({ length: ranks }, (_, rank) => [rank, hostname()]),
  )
  for (const { msPerStep, memoryBytes, exchanges } of times?.ranks ?? []) {
    const waited = exchanges.reduce((sum, { waitedMs }) => sum + waitedMs, 0)
    expect(waited).toBeGreaterThan(0)
    expect(waited).toBeLessThan(msPerStep)
    expect(memoryBytes).toBeGreaterThan(1e6)
    expect(exchanges.map(({ name, bytes }) => [name, bytes > 0])).toEqual(
      ['pooledRows', 'pooledGradients', 'denseGradients', 'other'].map((name) => [name, true]),
    )
  }
}

/** The folder of a dataset with the same columns and other rows. */
async function otherDataset(): Promise<string> {
  const workspace = await temporaryFolder()
  const datasets = new DatasetService({ workspace })
  const file = join(workspace, 'clicks.csv')
  await writeClicks(file, 500)
  await datasets.waitForJob(await datasets.startImport({ name: 'clicks', files: [file], format: 'csv' }))
  await datasets.close()
  return join(workspace, 'datasets', 'clicks')
}

it('a run with ranks is refused without MPI, and says how to install it', async () => {
  const { workspace } = await smallTraining(await temporaryFolder())
  const nothing = join(workspace, 'empty')
  await mkdir(nothing)
  const { code, message } = await refused(workspace, train(2), { PATH: nothing })
  expect(code).toBe('NotFound')
  expect(message).toContain('apt-get install openmpi-bin libopenmpi-dev')
})

it('a run with ranks is refused on the backend tensorflow', async () => {
  const { workspace } = await smallTraining(await temporaryFolder())
  const words = [...train(2), '--backend', 'tensorflow']
  const { code, message } = await refused(workspace, words, {})
  // Without TensorFlow the missing backend is the first problem.
  expect(['Unsupported', 'NotFound']).toContain(code)
  expect(message).toMatch(/MPI job|TensorFlow/)
})
