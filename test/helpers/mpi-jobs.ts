/** MPI jobs that the command line starts, which tests then disturb. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import type { RunDetail } from '../../main/contract/runs.ts'
import { chooseMpi, findMpi, jobShape, launcherArguments, type MpiName } from '../../main/distributed/mpi.ts'
import { answerOf, startCommand, type Failure, type RunningCommand } from './command-line.ts'
import { isRunning, ranksIn, withMpi } from './mpi.ts'

/** The words of a training that goes on for a long time. */
export const LONG = ['--epochs', '100000', '--set', 'checkpointEverySteps=20']
/** Every process of a broken job is gone within this time. */
const LEAVING_LIMIT_MS = 10_000

/** The words of a training with ranks on the dataset of `smallTraining`. */
export const train = (ranks: number, ...more: string[]): string[] => [
  'train',
  'dlrm',
  '--data',
  'clicks',
  '--batch-size',
  '32',
  '--threads',
  '1',
  '--ranks',
  String(ranks),
  ...more,
]

export interface StartedJob extends RunningCommand {
  run: string
  pids: number[]
}

/** A job that has finished its first epoch and goes on for a long time. */
export async function longJob(workspace: string, name: MpiName, ranks: number): Promise<StartedJob> {
  const command = startCommand(workspace, train(ranks, ...LONG), withMpi(name))
  await command.says('epoch 1,')
  const log = command.output()
  return { ...command, run: /^(r-[\w-]+):/m.exec(log)?.[1] ?? '', pids: ranksIn(log) }
}

/** Waits until all have exited, at most LEAVING_LIMIT_MS. */
export async function expectAllGone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isRunning), { timeout: LEAVING_LIMIT_MS }).toEqual([])
}

/** Kills the owner of a run: the job has to save a checkpoint and end. */
export async function expectCheckpointWithoutOwner(workspace: string, job: StartedJob): Promise<void> {
  job.child.kill('SIGKILL')
  await job.ended
  await expectAllGone(job.pids)
  const { status, checkpoints } = await answerOf<RunDetail>(workspace, 'runs', 'show', job.run)
  expect(status).toBe('interrupted')
  expect(checkpoints.length).toBeGreaterThan(0)
}

/** The error of a command that has to fail. */
export async function refused(workspace: string, words: string[], environment: Record<string, string>) {
  const { status, stdout } = await startCommand(workspace, ['--json', ...words], environment).ended
  expect(status).toBe(1)
  return (JSON.parse(stdout) as Failure).error
}

/**
 * What the ranks of a job on this machine print, each of which runs a script of this folder with the library of MPI and these
 * arguments. A job that still runs when the test ends is ended with it.
 */
export async function outputOfRanks(
  { mpi, ranks }: { mpi: MpiName; ranks: number },
  script: string,
  ...args: readonly string[]
): Promise<string> {
  const { launcher, library } = chooseMpi(await findMpi(), mpi)
  const job = promisify(execFile)(launcher.command, [
    ...launcherArguments(mpi, jobShape({ ranks, hosts: null, threads: 1 })),
    ...[process.execPath, join(import.meta.dirname, script), library, ...args],
  ])
  onTestFinished(() => void job.child.kill())
  return (await job).stdout
}
