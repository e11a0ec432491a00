import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startCommand, type Failure } from '../helpers/command-line.ts'
import { simulatedHosts, testedMpi } from '../helpers/mpi.ts'
import { mayMount } from '../helpers/small-disk.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Trains on the hosts of a file, and answers how the command ended. */
async function trainOn(name: (typeof testedMpi)[number], hosts: string, ...more: string[]) {
  const { workspace } = await smallTraining(await temporaryFolder())
  const file = join(workspace, 'hosts')
  await writeFile(file, hosts)
  const words = ['--json', 'train', 'dlrm', '--data', 'clicks', '--epochs', '1', '--hosts', file, ...more]
  return startCommand(workspace, words, await simulatedHosts(name)).ended
}

// Needs root, as mounting does.
describe.runIf(mayMount).each(testedMpi)('a run on several hosts with %s', (name) => {
  it('has as many ranks as the hosts have slots, and names the processes of each host', async () => {
    const { status, stderr } = await trainOn(name, 'node1 slots=2\nnode2\n')
    expect(stderr).toMatch(
      /The ranks train on node1 \(process \d+, \d+\); node2 \(process \d+\), connected by/,
    )
    expect(status).toBe(0)
  })

  it('does not begin if a host cannot be reached, or has too few slots', async () => {
    const unreachable = await trainOn(name, 'node1\nelsewhere\n')
    expect((JSON.parse(unreachable.stdout) as Failure).error.message).toMatch(
      /^The host elsewhere cannot be reached: Could not resolve hostname elsewhere/,
    )
    const few = await trainOn(name, 'node1\nnode2\n', '--ranks', '3')
    expect((JSON.parse(few.stdout) as Failure).error.message).toContain('have 2 slots for 3 ranks')
  })
})
