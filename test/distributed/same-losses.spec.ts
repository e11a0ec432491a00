import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { MPI_VARIABLE } from '../../main/distributed/mpi.ts'
import { testedMpi } from '../helpers/mpi.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { movieLensServices, shortTraining, trainToTheEnd } from '../helpers/trained-run.ts'

/** One preset and optimizer; long/same-losses.spec.ts has all of them. */
describe.runIf(testedMpi.length > 0)('the losses, metrics and checkpoints of a run with ranks', () => {
  it('are the same on four ranks as on one', async () => {
    const services = await movieLensServices(await temporaryFolder())
    onTestFinished(() => services.close())
    vi.stubEnv(MPI_VARIABLE, testedMpi[0])
    onTestFinished(() => void vi.unstubAllEnvs())
    // One epoch, whose last batch has fewer rows, and neither has a multiple of eight.
    const config = shortTraining('adam', { ranks: 1, threads: 1, epochs: 1, batchSize: 1999 })
    const one = await trainToTheEnd(services, config)
    expect(one.status).toBe('completed')
    expect(await trainToTheEnd(services, { ...config, ranks: 4 })).toEqual(one)
  })
})
