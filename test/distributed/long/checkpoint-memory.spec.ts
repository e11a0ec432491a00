import { join } from 'node:path'
import { expect, it } from 'vitest'
import { messageInLine } from '../../../main/distributed/lines.ts'
import { testedMpi } from '../../helpers/mpi.ts'
import { outputOfRanks } from '../../helpers/mpi-jobs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

/** What a rank needs beside its tables and their state: 150 MB and 5 %. */
const BESIDE_BYTES = 150e6
const BESIDE_SHARE = 0.05
/** The buffers of a writing rank. */
const BUFFER_BYTES = 16e6

interface SavingRank {
  rank: number
  /** Of its tables and their Adam state. */
  bytes: number
  before: number
  most: number
}

/** With three ranks the columns of a table are divided. */
it.each(
  testedMpi.flatMap((mpi) => [
    { mpi, ranks: 4, rows: 1_000_000 },
    { mpi, ranks: 3, rows: 200_000 },
  ]),
)(
  '$ranks ranks on $mpi write their Adam state with a fixed buffer beside it',
  async ({ mpi, ranks, rows }) => {
    const checkpoint = join(await temporaryFolder(), 'large.safetensors')
    const stdout = await outputOfRanks({ mpi, ranks }, 'saving-rank.ts', checkpoint, String(rows))
    const all = stdout.split('\n').map(messageInLine) as (SavingRank | undefined)[]
    const saved = all.filter((each) => each !== undefined)
    expect(saved.map(({ rank }) => rank).toSorted()).toEqual(Array.from({ length: ranks }, (_, rank) => rank))
    for (const { rank, bytes, before, most } of saved) {
      const megabytes = (value: number) => `${Math.round(value / 1e6)} MB`
      console.log(
        `rank ${rank}: ${megabytes(bytes)} of tables, ${megabytes(before)} resident, ${megabytes(most)} while saving`,
      )
      expect(most).toBeLessThan(before + BUFFER_BYTES)
      expect(most).toBeLessThan(bytes * (1 + BESIDE_SHARE) + BESIDE_BYTES)
    }
  },
)
