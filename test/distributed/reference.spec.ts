import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDlrmArguments } from '../../main/model/dlrm-arguments.ts'
import { createBatchTrainer } from '../../main/training/backends/create-backend.ts'
import type { BatchTrainer } from '../../main/training/backends/batch-trainer.ts'
import { trainReferenceCommand } from '../../main/training/reference-command.ts'
import { testedMpi } from '../helpers/mpi.ts'
import { lossesOfRanks, REFERENCE_TOLERANCE, referenceCommands, tensorsOf } from '../helpers/reference-job.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** SGD steps of so many rows that every rank has some of each batch, and each table some of each rank's. */
const MODEL =
  '--arch-sparse-feature-size=8 --arch-embedding-size=40-30-20-10 --arch-mlp-bot=5-8 --arch-mlp-top=16-1 ' +
  '--mini-batch-size=64 --loss-function=bce --round-targets=True --learning-rate='
const NO_LEARNING = 1e-30

/** The model that one process has trained. */
function trainedAlone(flags: string): BatchTrainer {
  let trained: BatchTrainer | null = null
  const losses = trainReferenceCommand(parseDlrmArguments(flags.split(' ')), null, (plan, config) => {
    trained = createBatchTrainer(plan, config)
    return trained
  })
  expect([...losses]).toHaveLength(1)
  return trained!
}

/** A few command lines; long/reference.spec.ts has all of them. */
describe.runIf(testedMpi.length > 0)('a job of ranks', () => {
  const mpi = testedMpi[0]!

  it('prints the losses of the reference in one process', async () => {
    const checkpoint = join(await temporaryFolder(), 'trained.safetensors')
    const { arguments: flags, losses } = referenceCommands.at(-1)!
    const ours = await lossesOfRanks(flags, { ranks: 2, mpi, checkpoint })
    expect(ours.length).toBe(losses.length)
    for (const [index, loss] of losses.entries())
      expect(Math.abs((ours[index] ?? NaN) - loss), `loss ${index + 1}`).toBeLessThan(REFERENCE_TOLERANCE)
  })

  it('has the gradients of one process, where those of tables in the reference are as many times too large as it has ranks', async () => {
    const checkpoint = join(await temporaryFolder(), 'trained.safetensors')
    const flags = `${MODEL}1 --data-size=64`
    await lossesOfRanks(flags, { ranks: 4, mpi, checkpoint })
    const start = trainedAlone(`${MODEL}${NO_LEARNING} --data-size=64`)
    const alone = trainedAlone(flags)
    for (const [name, values] of await tensorsOf(checkpoint)) {
      const [before, after] = [start.getParameter(name), alone.getParameter(name)]
      // With a rate of 1 the change is the gradient.
      const change = (trained: Float32Array) => trained.map((value, index) => before[index]! - value)
      const [ours, expected] = [change(values), change(after)]
      const largest = Math.max(...expected.map(Math.abs))
      expect(largest, name).toBeGreaterThan(1e-3)
      for (const [index, gradient] of expected.entries())
        expect(Math.abs(ours[index]! - gradient) / largest, `${name}, value ${index}`).toBeLessThan(1e-5)
    }
  })
})
