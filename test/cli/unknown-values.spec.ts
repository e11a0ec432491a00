/** newusers.csv: its training rows have 200 users and 40 items, and every user of its test rows is new. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EpochResult, Evaluation, QuantisedResult } from '../../main/contract/runs.ts'
import { SafetensorsFile } from '../../main/training/safetensors.ts'
import { answerOf } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** The test AUC of each item's mean label in the training rows. */
const ITEM_MEAN = 0.9173

interface Trained {
  run: string
  epochs: EpochResult[]
}

async function workspaceWithNewUsers(): Promise<string> {
  const workspace = await temporaryFolder()
  const file = 'test/fixtures/newusers.csv'
  await answerOf(workspace, 'data', 'import', file, '--name', 'users', '--split', 'tail:0.1:0.2')
  return workspace
}

const train = (workspace: string, seed: number, ...words: string[]) =>
  answerOf<Trained>(
    workspace,
    ...['train', 'dlrm', '--data', 'users', '--seed', String(seed), '--threads', '1', '--patience', '3'],
    ...words,
  )

/** The test AUC at the epoch with the best validation AUC. */
function testAuc({ epochs }: Trained): number {
  const value = ({ validation }: EpochResult): number => validation?.auc ?? 0
  return epochs.reduce((best, epoch) => (value(epoch) > value(best) ? epoch : best)).test?.auc ?? NaN
}

describe('rows whose user training never saw', () => {
  it('are ranked by their items, whatever the seed', async () => {
    const workspace = await workspaceWithNewUsers()
    const areas: number[] = []
    for (const seed of [0, 1, 2, 3, 4, 5]) areas.push(testAuc(await train(workspace, seed)))
    expect(Math.min(...areas)).toBeGreaterThan(ITEM_MEAN - 0.02)
    expect(Math.max(...areas) - Math.min(...areas)).toBeLessThan(0.03)
  })

  it('are predicted alike by both backends, by predict, quantised and from an export', async () => {
    const workspace = await workspaceWithNewUsers()
    const native = await train(workspace, 5)
    const tensorflow = await train(workspace, 5, '--backend', 'tensorflow')
    expect(testAuc(tensorflow)).toBeCloseTo(testAuc(native), 3)
    for (const { run } of [native, tensorflow]) {
      const out = join(workspace, `${run}.csv`)
      const predicted = await answerOf<{ metrics: Evaluation }>(
        workspace,
        ...['predict', run, '--data', 'users', '--out', out],
      )
      expect(predicted.metrics.auc).toBeCloseTo(testAuc(native), 3)
    }
    const { results } = await answerOf<{ results: QuantisedResult[] }>(workspace, 'quantize', native.run)
    for (const { auc } of results) expect(Math.abs((auc ?? NaN) - testAuc(native))).toBeLessThan(0.02)
    const exported = join(workspace, 'exported.safetensors')
    await answerOf(workspace, 'export', native.run, '--format', 'safetensors', '--out', exported)
    const file = await SafetensorsFile.open(exported)
    const table = await file.readFloats('emb_l.0.weight')
    expect([...file.tensors.keys()].filter((name) => name.includes('/'))).toEqual([])
    await file.close()
    const [unknown, known] = [table.subarray(0, 16), table.subarray(16)]
    for (const [at, value] of unknown.entries()) {
      const column = known.filter((_, place) => place % 16 === at)
      expect(value).toBeCloseTo(column.reduce((sum, one) => sum + one, 0) / column.length, 6)
    }
  })

  it('follow the row as it was initialised where the model says so', async () => {
    const workspace = await workspaceWithNewUsers()
    const [mean, initial] = [
      await train(workspace, 5),
      await train(workspace, 5, '--set', 'model.untrainedRows=initial'),
    ]
    expect(initial.epochs.map(({ trainLoss }) => trainLoss)).toEqual(
      mean.epochs.map(({ trainLoss }) => trainLoss),
    )
    expect(testAuc(initial)).toBeLessThan(0.5)
  })
})
