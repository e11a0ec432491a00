/** Replays a reference case: the same parameters and batches through a backend, step by step. */
import type { TrainingConfig } from '../contract/training.ts'
import { StudioError } from '../contract/errors.ts'
import { compilePlan } from '../model/plan.ts'
import type { ReferenceCase } from '../model/reference-case.ts'
import type { BatchTrainer } from './backends/batch-trainer.ts'
import { createBatchTrainer } from './backends/create-backend.ts'
import { Deviation } from './deviation.ts'
import { requireParameters } from './initial-parameters.ts'
import { referenceConfig } from './reference-config.ts'
import { readFinalPredictions, readReferenceBatch } from './reference-tensors.ts'
import type { SafetensorsFile } from './safetensors.ts'
import { checkSchedule, learningRateScale } from './schedule.ts'

/** The tolerance for two fp32 implementations of the same training; see test/fixtures/reference/README.md. */
const LOSS = { relative: 2e-6, absolute: 1e-6 }
const PARAMETER = 2e-5
const PREDICTION = 2e-5
/** Both sides compute rates in f64. */
const RATE_RELATIVE = 1e-9

export interface Replay {
  losses: Deviation
  rates: Deviation
  parameters: Deviation
  predictions: Deviation
}

/** Throws an Error that says why the case cannot be replayed. */
export async function replayCase(
  reference: ReferenceCase,
  file: SafetensorsFile,
  backend: TrainingConfig['backend'],
): Promise<Replay> {
  requireAsManySteps(reference)
  checkSchedule(reference.training.schedule)
  const { document, columns, losses } = reference
  const config = { ...referenceConfig(reference.training), backend }
  const trainer = createBatchTrainer(compilePlan(document, columns), config)
  const parameters = trainer.parameters()
  requireParameters(file, parameters, 'init/')
  requireParameters(file, parameters, 'final/')
  for (const { name } of parameters) trainer.setParameter(name, await file.readFloats(`init/${name}`))
  const replay: Replay = {
    losses: new Deviation(),
    rates: new Deviation(),
    parameters: new Deviation(),
    predictions: new Deviation(),
  }
  const batch = (step: number) => readReferenceBatch(file, step, columns.dense.length, columns.sparse.length)
  for (const [index, loss] of losses.entries()) {
    const scale = learningRateOf(reference, index, replay.rates)
    const tolerance = LOSS.relative * Math.abs(loss) + LOSS.absolute
    const measured = trainer.trainBatch(await batch(index), scale)
    replay.losses.add(measured, loss, tolerance, () => `the loss of step ${index + 1}`)
  }
  for (const { name } of parameters) {
    const expected = await file.readFloats(`final/${name}`)
    replay.parameters.addAll(trainer.getParameter(name), expected, PARAMETER, `after the last step ${name}`)
  }
  await comparePredictions(trainer, await batch(losses.length - 1), file, replay.predictions)
  return replay
}

async function comparePredictions(
  trainer: BatchTrainer,
  batch: Awaited<ReturnType<typeof readReferenceBatch>>,
  file: SafetensorsFile,
  deviation: Deviation,
): Promise<void> {
  const expected = await readFinalPredictions(file, batch.size)
  deviation.addAll(trainer.predictBatch(batch), expected, PREDICTION, 'final_predictions')
}

/** The factor on the learning rate at a step, counted from 0. It is compared with the case's rate if it has one. */
function learningRateOf({ training, learningRates }: ReferenceCase, index: number, rates: Deviation): number {
  const { schedule, learningRate } = training
  const scale = learningRateScale(schedule, learningRate, index + 1)
  const expected = learningRates?.[index]
  if (expected !== undefined) {
    const tolerance = RATE_RELATIVE * expected
    rates.add(scale * learningRate, expected, tolerance, () => `the learning rate of step ${index + 1}`)
  }
  return scale
}

function requireAsManySteps({ losses, learningRates, batches }: ReferenceCase): void {
  const steps = losses.length
  if (steps !== batches || (learningRates && learningRates.length !== steps)) {
    const rates = learningRates ? ` and ${learningRates.length} learning rates` : ''
    throw new StudioError(
      'Corrupt',
      `The case has ${batches} batches, ${steps} losses${rates}: the numbers must be equal.`,
    )
  }
}
