import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Services } from '../../main/cli/services.ts'
import type { ClusterCheck } from '../../main/contract/hosts.ts'
import { startCommand, type Failure } from '../helpers/command-line.ts'
import { simulatedHosts, testedMpi } from '../helpers/mpi.ts'
import { mayMount } from '../helpers/small-disk.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import {
  movieLensServices,
  shortTraining,
  startRun,
  stoppedAfter,
  traceAtTheEnd,
  trainToTheEnd,
} from '../helpers/trained-run.ts'

const logOf = (services: Services, run: string): string =>
  services.database.log
    .after(run, 0, 1000)
    .map(({ message }) => message)
    .join('\n')

/** Trains on the hosts of a file. Answers the command, and the folder in which a file makes a host unreachable. */
async function trainOn(name: (typeof testedMpi)[number], hosts: string, ...more: string[]) {
  const { workspace } = await smallTraining(await temporaryFolder())
  const file = join(workspace, 'hosts')
  await writeFile(file, hosts)
  const words = ['--json', 'train', 'dlrm', '--data', 'clicks', '--hosts', file, ...more]
  const folder = await temporaryFolder()
  return { ...startCommand(workspace, words, await simulatedHosts(name, folder)), folder }
}

// Needs root, as mounting does.
describe.runIf(mayMount).each(testedMpi)('a run on several hosts with %s', (name) => {
  it('has as many ranks as the hosts have slots, and names the processes of each host', async () => {
    const { ended } = await trainOn(name, 'node1 slots=2\nnode2\n', '--epochs', '1')
    const { status, stderr } = await ended
    expect(stderr).toMatch(
      /The ranks train on node1 \(process \d+, \d+\); node2 \(process \d+\), connected by/,
    )
    expect(status).toBe(0)
  })

  it('does not begin if a host cannot be reached, or has too few slots', async () => {
    const unreachable = await (await trainOn(name, 'node1\nelsewhere\n')).ended
    expect((JSON.parse(unreachable.stdout) as Failure).error.message).toMatch(
      /^The host elsewhere cannot be reached: Could not resolve hostname elsewhere/,
    )
    const few = await (await trainOn(name, 'node1\nnode2\n', '--ranks', '3')).ended
    expect((JSON.parse(few.stdout) as Failure).error.message).toContain('have 2 slots for 3 ranks')
    const small = await (await trainOn(name, 'node1\nnode2 memory=50MB\n')).ended
    expect((JSON.parse(small.stdout) as Failure).error.message).toMatch(
      /The host node2 has 50 MB, which is [\d.]+ MB too little for its ranks, even without tables/,
    )
  })

  it.runIf(name === testedMpi.at(-1))(
    'has the same losses and checkpoints if a host sees nothing of the workspace',
    async () => {
      const services = await movieLensServices(await temporaryFolder())
      onTestFinished(() => services.close())
      const { workspace } = services
      const environment = await simulatedHosts(name, await temporaryFolder(), { node2: workspace })
      for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value)
      onTestFinished(() => void vi.unstubAllEnvs())
      const config = shortTraining('adam', { ranks: 1, threads: 1, epochs: 2, batchSize: 1999 })
      const one = await trainToTheEnd(services, config)
      const hosts = ['node1', 'node2'].map((each) => ({ name: each, slots: 1 }))
      const run = await startRun(services, { ...config, ranks: 2, hosts })
      await stoppedAfter(services, run, 5)
      expect(logOf(services, run)).toContain('get data over the network: 1 from rank 0.')
      await services.runs.resume(run)
      expect(await traceAtTheEnd(services, run)).toEqual(one)
    },
  )

  it('can be preceded by a check that says of each host whether it can take part, and why not', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const file = join(workspace, 'hosts')
    await writeFile(file, 'node1 slots=2\n\nelsewhere\n')
    const words = ['cluster', 'check', '--hosts', file, '--data', 'clicks']
    const environment = await simulatedHosts(name, await temporaryFolder())
    const { status, stdout } = await startCommand(workspace, ['--json', ...words], environment).ended
    expect(status).toBe(1)
    const { hosts } = JSON.parse(stdout) as ClusterCheck
    const [there, absent] = hosts
    expect(there).toMatchObject({ name: 'node1', slots: 2, reachable: true, dataset: 'same', problem: null })
    expect(there?.memoryBytes).toBeGreaterThan(0)
    expect(absent).toMatchObject({ reachable: false, version: null, dataset: null })
    const text = await startCommand(workspace, words, environment).ended
    expect(text.stdout).toContain(`${file}, row 3: The host elsewhere cannot be reached: Could not resolve`)
  })

  it('names a host that is gone', async () => {
    const { says, output, ended, folder } = await trainOn(name, 'node1\nnode2\n', '--epochs', '100000')
    await says('epoch 1,')
    await writeFile(join(folder, 'node2'), '')
    const pid = Number(/node2 \(process (\d+)\)/.exec(output())?.[1])
    process.kill(pid, 'SIGKILL')
    expect((await ended).stderr).toContain(
      `The host node2 can no longer be reached. Rank 1 (process ${pid} on node2) was killed.`,
    )
  })
})
