import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Services } from '../../main/cli/services.ts'
import { columnsOf } from '../../main/datasets/columns-of.ts'
import { MPI_VARIABLE } from '../../main/distributed/mpi.ts'
import { compilePlan } from '../../main/model/plan.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import type { TableShard } from '../../native/index.ts'
import { testedMpi } from '../helpers/mpi.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { DATASET, movieLensServices, shortTraining, trainToTheEnd } from '../helpers/trained-run.ts'

/** The rows of every table on three of four ranks, most of them on the last. */
async function dividedRows(services: Services): Promise<TableShard[]> {
  const columns = columnsOf(await services.datasets.show(DATASET))
  const { parameters } = compilePlan(presetDocument('dlrm', columns), columns)
  const tables = parameters.filter(({ kind }) => kind === 'table')
  return tables.flatMap(({ name, shape: [rows = 0, width = 0] }, index) =>
    [1, 2, rows].map((end, part, ends) => {
      const firstRow = ends[part - 1] ?? 0
      const rank = (index + part) % 4
      return { table: name, rank, firstColumn: 0, columns: width, firstRow, rows: end - firstRow }
    }),
  )
}

/** One preset and optimizer; long/same-losses.spec.ts and long/sharding.spec.ts have all of them. */
describe.runIf(testedMpi.length > 0)('the losses, metrics and checkpoints of a run with ranks', () => {
  it('are the same on four ranks, among which the rows of tables are divided, as on one', async () => {
    const services = await movieLensServices(await temporaryFolder())
    onTestFinished(() => services.close())
    vi.stubEnv(MPI_VARIABLE, testedMpi[0])
    onTestFinished(() => void vi.unstubAllEnvs())
    // One epoch, whose last batch has fewer rows, and neither has a multiple of eight.
    const config = shortTraining('adam', { ranks: 1, threads: 1, epochs: 1, batchSize: 1999 })
    const one = await trainToTheEnd(services, config)
    expect(one.status).toBe('completed')
    const placement = await dividedRows(services)
    expect(await trainToTheEnd(services, { ...config, ranks: 4, placement })).toEqual(one)
  })
})
