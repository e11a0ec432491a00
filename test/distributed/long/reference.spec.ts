import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testedMpi } from '../../helpers/mpi.ts'
import { lossesOfRanks, REFERENCE_TOLERANCE, referenceCommands } from '../../helpers/reference-job.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const jobs = testedMpi.flatMap((mpi) => [1, 2, 4].map((ranks) => ({ mpi, ranks })))

describe.each(jobs)(
  'what dlrm_s_pytorch prints in one process is printed by a job on $mpi (ranks: $ranks)',
  (job) => {
    it.each(referenceCommands)('$arguments', async ({ arguments: flags, losses }) => {
      const checkpoint = join(await temporaryFolder(), 'trained.safetensors')
      const ours = await lossesOfRanks(flags, { ...job, checkpoint })
      expect(ours.length).toBe(losses.length)
      for (const [index, loss] of losses.entries())
        expect(Math.abs((ours[index] ?? NaN) - loss), `loss ${index + 1}`).toBeLessThan(REFERENCE_TOLERANCE)
    })
  },
)
