import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startCommand } from '../../helpers/command-line.ts'
import { testedMpi } from '../../helpers/mpi.ts'
import { mayShapeNetworks, shapedNetwork } from '../../helpers/shaped-network.ts'

const HOSTS = 4
const JOB = ['--batch-size', '2048', '--ranks', String(HOSTS), '--threads', '1', '--json']
const NETWORKS = [
  { latencyUs: 0, bitsPerSecond: 1e11 },
  { latencyUs: 100, bitsPerSecond: 1e10 },
  { latencyUs: 100, bitsPerSecond: 1e9 },
  { latencyUs: 100, bitsPerSecond: 3e8 },
  { latencyUs: 100, bitsPerSecond: 1e8 },
  { latencyUs: 1000, bitsPerSecond: 1e10 },
  { latencyUs: 1000, bitsPerSecond: 1e9 },
  { latencyUs: 5000, bitsPerSecond: 1e10 },
  { latencyUs: 5000, bitsPerSecond: 1e9 },
]
/** Measured times depend on what else the machine does, so the test only asks for their order. The table has the errors. */
const MOST_TIMES_AS_LONG = 3

const measured = z.object({ msPerIteration: z.number() })
const rehearsed = z.object({ strong: z.tuple([z.object({ stepMs: z.number() })]) })

const output = async (...command: Parameters<typeof startCommand>): Promise<unknown> => {
  const { status, stdout, stderr } = await startCommand(...command).ended
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

describe.runIf(mayShapeNetworks)('steps across a real network', () => {
  const errors: number[] = []
  let workspace = ''

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'step-times-'))
  })

  it('are compared with rehearsals from a calibration of this machine', async () => {
    const words = ['cluster', 'rehearse', '--shape', 'kaggle', '--calibrate', '--ranks', '1', '--json']
    expect(await output(workspace, words)).toMatchObject({
      calibrated: { computation: true, exchanges: true },
    })
  })

  afterAll(async () => {
    errors.sort((one, other) => one - other)
    const percent = (error = 0) => `${(100 * error).toFixed(1)} %`
    console.log(`median error ${percent(errors[errors.length >> 1])}, worst ${percent(errors.at(-1))}`)
    await rm(workspace, { recursive: true })
  })

  describe.each(testedMpi)('with %s', (name) => {
    it.each(NETWORKS)(
      'are rehearsed in their order of magnitude: %o',
      async ({ latencyUs, bitsPerSecond }) => {
        const network = await shapedNetwork({ hosts: HOSTS, latencyUs, bitsPerSecond })
        const found = await network.measure()
        const hosts = join(workspace, 'hosts')
        await writeFile(hosts, network.names.join('\n'))
        const { msPerIteration } = measured.parse(
          await output(
            workspace,
            ['bench', '--preset', 'kaggle', '--no-profile', '--hosts', hosts, ...JOB],
            network.environment(name),
            network.on('node1'),
          ),
        )
        const host = ['--cores', String(availableParallelism() / HOSTS), '--ranks-per-host', '1']
        const link = [
          ...['--network-latency', `${found.roundTripUs / 2}us`],
          ...['--network-bandwidth', `${found.bitsPerSecond / 1e9}Gbit/s`],
        ]
        const { strong } = rehearsed.parse(
          await output(workspace, ['cluster', 'rehearse', '--shape', 'kaggle', ...host, ...link, ...JOB]),
        )
        const [{ stepMs }] = strong
        const error = stepMs / msPerIteration - 1
        errors.push(Math.abs(error))
        console.log(
          `${name}, ${latencyUs / 1000} ms, ${bitsPerSecond / 1e9} Gbit/s (found ${(found.roundTripUs / 2000).toFixed(2)} ms, ` +
            `${(found.bitsPerSecond / 1e9).toFixed(2)} Gbit/s): measured ${msPerIteration.toFixed(1)} ms, ` +
            `rehearsed ${stepMs.toFixed(1)} ms, error ${(100 * error).toFixed(0)} %`,
        )
        expect(Math.max(stepMs / msPerIteration, msPerIteration / stepMs)).toBeLessThan(MOST_TIMES_AS_LONG)
      },
    )
  })
})
