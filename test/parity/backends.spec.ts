/**
 * Both backends run the same plan on the same batches. They differ by rounding, and the difference grows with each
 * step.
 */
import { describe, expect, it } from 'vitest'
import { defaultTrainingConfig, optimizer, type TrainingConfig } from '../../main/contract/training.ts'
import type { BoundColumns } from '../../main/model/document.ts'
import { compilePlan } from '../../main/model/plan.ts'
import { presetDocument, presetNames, type PresetName } from '../../main/model/presets/index.ts'
import { createBatchTrainer } from '../../main/training/backends/create-backend.ts'
import type { BatchArrays } from '../../native/index.ts'
import { epochsOf, trainHere } from '../helpers/train-here.ts'
import { smallTraining, type SmallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const SIZE = 33
const STEPS = 30
/** A process has one TensorFlow with one number of threads. */
const threads = 1

const columns: BoundColumns = {
  dense: ['age', 'price', 'hour'],
  sparse: [
    { name: 'user', cardinality: 50, multiValued: false },
    { name: 'item', cardinality: 500, multiValued: false },
    { name: 'tags', cardinality: 20, multiValued: true },
  ],
}

/** Numbers in [0, 1) that are the same in every run (Park and Miller 1988). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

function batchOf(step: number): BatchArrays {
  const random = numbers(step + 1)
  const indices = (count: number, cardinality: number) =>
    Int32Array.from({ length: count }, () => Math.floor(random() * cardinality))
  // Bags of 0, 1 and 2 indices in turn.
  const offsets = Int32Array.from({ length: SIZE }, (_, row) => row - (row % 3 === 2 ? 1 : 0))
  return {
    size: SIZE,
    dense: Float32Array.from({ length: SIZE * 3 }, () => random() - 0.5),
    labels: Float32Array.from({ length: SIZE }, () => Number(random() < 0.4)),
    columns: columns.sparse.map(({ cardinality, multiValued }) =>
      multiValued
        ? { offsets, indices: indices(SIZE, cardinality) }
        : { indices: indices(SIZE, cardinality) },
    ),
  }
}

/** The losses of some steps, the predictions after them and all parameters. */
function trained(
  backend: TrainingConfig['backend'],
  preset: PresetName,
  settings: Record<string, unknown>,
  changes: Partial<TrainingConfig>,
) {
  const plan = compilePlan(presetDocument(preset, columns, settings), columns)
  const model = createBatchTrainer(plan, { ...defaultTrainingConfig, threads, ...changes, backend })
  model.initialize(7)
  const losses = Array.from({ length: STEPS }, (_, step) => model.trainBatch(batchOf(step), 1))
  return {
    losses,
    predictions: model.predictBatch(batchOf(STEPS)),
    parameters: model.parameters().map(({ name }) => ({ name, values: model.getParameter(name) })),
  }
}

function expectSame(
  preset: PresetName,
  settings: Record<string, unknown>,
  changes: Partial<TrainingConfig>,
  tolerance: number,
): void {
  const [ours, theirs] = (['tensorflow', 'native'] as const).map((backend) =>
    trained(backend, preset, settings, changes),
  )
  const distance = (a: ArrayLike<number> = [], b: ArrayLike<number> = []) =>
    Math.max(...Array.from(a, (value, at) => Math.abs(value - (b[at] ?? NaN))))
  expect(theirs?.losses.every(Number.isFinite)).toBe(true)
  expect(distance(ours?.losses, theirs?.losses)).toBeLessThan(tolerance)
  expect(distance(ours?.predictions, theirs?.predictions)).toBeLessThan(10 * tolerance)
  for (const [at, { name, values }] of (theirs?.parameters ?? []).entries()) {
    expect(distance(ours?.parameters[at]?.values, values), name).toBeLessThan(10 * tolerance)
  }
}

const both = (kind: TrainingConfig['dense']['kind'], rate: number) => ({
  tables: optimizer(kind, rate),
  dense: optimizer(kind, rate),
})

describe('TensorFlow and the native engine train alike', () => {
  it.each(presetNames)('the preset %s with SGD and with Adagrad', (preset) => {
    expectSame(preset, {}, both('sgd', 0.1), 5e-6)
    expectSame(preset, {}, both('adagrad', 0.05), 5e-6)
  })

  it.each([
    ['a DCNv2 of low rank', 'dcnv2', { rank: 3 }],
    ['GELU with dropout, from the engine’s own seeded masks', 'mlp', { activation: 'gelu', dropout: 0.3 }],
    ['tanh', 'mlp', { activation: 'tanh' }],
    ['sigmoid', 'mlp', { activation: 'sigmoid' }],
    ['learned row weights', 'dlrm', { rowWeights: 'learned' }],
    ['mean pooling', 'dlrm', { pooling: 'mean' }],
    ['pairs of a vector with itself', 'dlrm', { includeSelf: true }],
    ['quotient-remainder tables', 'dlrm', { compression: { kind: 'quotientRemainder', threshold: 10 } }],
    ['a clamped weighted loss', 'dlrm', { loss: 'weightedBce', weights: [0.5, 2], clamp: 0.4 }],
    ['a squared error', 'dlrm', { loss: 'mse' }],
  ] as const)('%s', (_, preset, settings) => {
    expectSame(preset, settings, both('sgd', 0.1), 5e-6)
  })

  it.each([
    ['row-wise Adagrad', both('rowWiseAdagrad', 0.05)],
    ['Adam', both('adam', 0.003)],
    ['L2', { tables: { ...optimizer('sgd', 0.1), l2: 0.01 }, dense: { ...optimizer('sgd', 0.1), l2: 0.01 } }],
    ['clipped gradients', { ...both('sgd', 0.1), gradientClipNorm: 0.05 }],
    [
      'gradients accumulated over batches and clipped',
      { ...both('adagrad', 0.05), accumulateBatches: 4, gradientClipNorm: 0.05 },
    ],
  ] satisfies [string, Partial<TrainingConfig>][])('%s', (_, changes) => {
    expectSame('dlrm', {}, changes, 5e-5)
  })
})

describe('a run that changes its backend', () => {
  const sgd: Partial<TrainingConfig> = { ...both('sgd', 0.05), epochs: 2, checkpointEverySteps: 0 }

  /** One epoch on the first backend, and the rest on the second from its checkpoint. */
  async function changing(first: TrainingConfig['backend'], second: TrainingConfig['backend']) {
    const changes = { ...sgd, backend: first }
    // 50 steps an epoch.
    const training: SmallTraining = await smallTraining(await temporaryFolder(), changes, 2000)
    const before = await trainHere(training, {
      onMessage: (message, control) => {
        if (message.kind === 'epoch') control.stop()
      },
    })
    expect(before.outcome).toBe('stopped')
    const config = { ...training.config, backend: second }
    const after = await trainHere({ ...training, config }, { resume: true })
    expect(after.outcome).toBe('completed')
    return { points: { ...before.points, ...after.points }, end: epochsOf(after).at(-1)?.result }
  }

  it.each([
    ['native', 'tensorflow'],
    ['tensorflow', 'native'],
  ] as const)('from %s to %s has the losses of one that never changed', async (first, second) => {
    const [changed, steady] = [await changing(first, second), await changing('native', 'native')]
    expect(Object.keys(changed.points)).toEqual(Object.keys(steady.points))
    expect(Object.keys(changed.points).length).toBeGreaterThanOrEqual(100)
    for (const [name, value] of Object.entries(steady.points)) {
      expect(Math.abs((changed.points[name] ?? NaN) / value - 1), name).toBeLessThan(1e-5)
    }
    expect(changed.end?.test?.auc).toBeCloseTo(steady.end?.test?.auc ?? NaN, 4)
  })
})
