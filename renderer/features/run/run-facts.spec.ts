import { expect, it } from 'vitest'
import { defaultTrainingConfig, optimizer } from '../../../main/contract/training.ts'
import { listedRun } from '../../../test/helpers/listed-run.ts'
import { sampleModel, sampleRun } from '../../../test/helpers/sample-run.ts'
import { trainingFacts } from './run-facts.ts'

it('lists a run’s settings with what differs from the defaults, and leaves out what is off', () => {
  const { environment } = sampleRun()
  const run = {
    ...listedRun({ name: 'x' }),
    modelId: null,
    datasetId: 'clicks',
    datasetHash: 'a1b2',
    environment,
    model: sampleModel(),
    epochs: [],
    checkpoints: [],
  }
  const factsOf = (config: typeof defaultTrainingConfig) =>
    new Map(trainingFacts({ ...run, config }).map(({ name, value }) => [name, value]))

  const usual = factsOf({ ...defaultTrainingConfig, tables: optimizer('sgd', 0.1) })
  expect(usual.get('Embedding tables')).toBe('SGD, learning rate 0.1')
  expect(usual.get('Learning rate')).toBe('constant')
  expect(usual.has('Gradient clipping')).toBe(false)

  const unusual = factsOf({
    ...defaultTrainingConfig,
    schedule: { warmupSteps: 1000, decayStartStep: 5000, decaySteps: 2000 },
    gradientClipNorm: 1,
    earlyStopping: null,
    checkpointEverySteps: 500,
    keepAllCheckpoints: true,
    ranks: 2,
    exchange: 'scatter',
  })
  expect(unusual.get('Learning rate')).toBe(
    'warm-up over 1,000 steps, decay over 2,000 steps from step 5,000',
  )
  expect(unusual.get('Gradient clipping')).toBe('norm 1')
  expect(unusual.get('Ranks')).toBe('2, pooled rows exchanged by scatter')
  expect(unusual.get('Early stopping')).toBe('off')
  expect(unusual.get('Checkpoints')).toBe('every 500 steps and after each epoch, all kept')
})
