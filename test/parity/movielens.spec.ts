import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerOfCli } from '../helpers/cli.ts'

const reference = (name: string) =>
  fileURLToPath(new URL(`../fixtures/reference/movielens/${name}`, import.meta.url))

interface TrainAnswer {
  status: string
  steps: number
  stepLosses: number[]
  epochs: { epoch: number; validation: { auc: number }; test: { auc: number } }[]
}

interface Reference {
  first_200_losses: number[]
  epochs: { validation_auc: number; test_auc: number }[]
}

/** The tolerances are those of test/fixtures/reference/movielens.md: rounding grows by the step. */
describe('a DLRM on MovieLens 100K, step by step from PyTorch’s initial parameters', () => {
  let workspace: string
  let found: TrainAnswer
  let expected: Reference

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-test-'))
    expected = JSON.parse(await readFile(reference('seed0.json'), 'utf8')) as Reference
    await answerOfCli(workspace, ['sample', 'movielens-100k'])
    found = (await answerOfCli(workspace, [
      ...['train', 'dlrm', '--data', 'movielens-100k', '--init', reference('seed0_init.safetensors')],
      ...['--optimizer', 'sgd', '--learning-rate', '0.1', '--batch-size', '128', '--epochs', '3'],
      ...['--no-shuffle', '--log-every', '1'],
    ])) as TrainAnswer
  }, 180_000)

  afterAll(() => rm(workspace, { recursive: true, force: true }))

  it('trains every step of three epochs', () => {
    expect(found).toMatchObject({ status: 'completed', steps: 3 * 625 })
    expect(found.stepLosses).toHaveLength(3 * 625)
  })

  it.each([
    [100, 1e-6],
    [200, 5e-4],
  ])('has each of the first %i losses within %f of PyTorch’s', (steps, tolerance) => {
    const distances = expected.first_200_losses
      .slice(0, steps)
      .map((loss, step) => Math.abs((found.stepLosses[step] ?? NaN) - loss))
    expect(distances).toHaveLength(steps)
    expect(Math.max(...distances)).toBeLessThan(tolerance)
  })

  it.each([1, 2, 3])('has PyTorch’s AUC within 0.005 after epoch %i', (epoch) => {
    const [ours, theirs] = [found.epochs[epoch - 1], expected.epochs[epoch - 1]]
    expect(ours?.epoch).toBe(epoch)
    expect(Math.abs((ours?.test.auc ?? NaN) - (theirs?.test_auc ?? NaN))).toBeLessThan(0.005)
    expect(Math.abs((ours?.validation.auc ?? NaN) - (theirs?.validation_auc ?? NaN))).toBeLessThan(0.005)
  })
})
