import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Services } from '../../../main/cli/services.ts'
import { startCommand, type RunningCommand } from '../../helpers/command-line.ts'
import { testedMpi, withMpi } from '../../helpers/mpi.ts'
import { expectAllGone, LONG, train } from '../../helpers/mpi-jobs.ts'
import { mayShapeNetworks, shapedNetwork, type NetworkShape } from '../../helpers/shaped-network.ts'
import { smallTraining } from '../../helpers/small-training.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const SMALL_NETWORK: NetworkShape = { hosts: 4, latencyUs: 100, bitsPerSecond: 1e9 }

/** A file that names a rank on each of the hosts. */
async function hostFile(workspace: string, names: readonly string[]): Promise<string> {
  const file = join(workspace, 'hosts')
  await writeFile(file, names.join('\n'))
  return file
}

/** Waits for a run that has to complete, and returns its log and the losses of all its steps. */
async function completed(workspace: string, { ended }: RunningCommand) {
  const { status, stderr: log } = await ended
  if (status !== 0) throw new Error(`It ended with ${status}: ${log}`)
  const services = new Services(workspace)
  onTestFinished(() => services.close())
  const points = services.database.points.after(runIn(log), 0, 100_000)
  return { log, losses: points.filter(({ series }) => series === 'train/loss').map(({ value }) => value) }
}

const runIn = (log: string): string => /^(r-[\w-]+):/m.exec(log)?.[1] ?? ''

describe.runIf(mayShapeNetworks).each(testedMpi)('a run across a real network with %s', (name) => {
  it('has the losses of one rank, bit by bit, and its exchanges cross the network', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const network = await shapedNetwork(SMALL_NETWORK)
    const hosts = await hostFile(workspace, network.names)
    const words = (ranks: number, ...more: string[]) =>
      train(ranks, '--epochs', '2', '--log-every', '1', '--seed', '1', ...more)
    const one = await completed(workspace, startCommand(workspace, words(1), withMpi(name)))
    const before = await network.bytesSent()
    const several = await completed(
      workspace,
      startCommand(workspace, words(4, '--hosts', hosts), network.environment(name), network.on('node1')),
    )
    expect(several.log).toMatch(/The ranks train on node1 .*; node2 .*; node3 .*; node4 /)
    const after = await network.bytesSent()
    // Pooled rows and dense gradients of 50 steps, which ranks on one host would exchange in memory.
    for (const [host, bytes] of after.entries()) expect(bytes - before[host]!).toBeGreaterThan(1e6)
    expect(one.losses).toHaveLength(50)
    expect(several.losses).toEqual(one.losses)
  })

  it('ends within 10 s on every host if the network breaks, says which, and resumes on fewer ranks', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const network = await shapedNetwork(SMALL_NETWORK)
    const hosts = await hostFile(workspace, network.names)
    const start = (...words: string[]) =>
      startCommand(workspace, words, network.environment(name), network.on('node1'))
    const job = start(...train(4, ...LONG, '--hosts', hosts))
    await job.says('epoch 2,')
    const pids = [...job.output().matchAll(/\(process (\d+)\)/g)].map(([, pid]) => Number(pid))
    expect(pids).toHaveLength(4)
    network.cut()
    await expectAllGone(pids)
    const { status, stderr } = await job.ended
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /The host node[234] can no longer be reached\..* Rank \d \(process \d+ on node\d\)/,
    )
    const left = await hostFile(workspace, ['node1 slots=2'])
    const resumed = start('resume', runIn(stderr), '--ranks', '2', '--hosts', left)
    await resumed.says('Resumed at step ')
    await resumed.says('The ranks train on node1 ')
    resumed.child.kill('SIGINT')
    await resumed.ended
  })
})
