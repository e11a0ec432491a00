/** Measures a model's steps in a process of its own, because a run also has one and memory is not fragmented there. */
import { z } from 'zod'
import { computation } from '../../contract/runs.ts'
import { defaultTrainingConfig, optimizer, optimizerKind, trainingConfig } from '../../contract/training.ts'
import { modelDocument } from '../../model/document.ts'
import { stepWork } from '../../model/step-time/step-work.ts'
import { entryKey, workByEntry } from '../../model/step-time/predict.ts'
import { compilePlan } from '../../model/plan.ts'
import type { Timed } from '../../model/step-time/fit.ts'
import { measuredModel } from '../measured-model.ts'
import { median, type Measurement } from '../report.ts'

/** The best burst is used, because other programs can only slow a burst down. */
const BURSTS = 3
/** There are at least this many distinct samples, at least MIN_BATCHES batches and at most MAX_BATCHES. */
const SAMPLES = 16_384
const MAX_BATCHES = 128
const MIN_BATCHES = 8
const LEARNING_RATE = 1e-4

export const stepsSubject = z.object({
  backend: trainingConfig.shape.backend,
  precision: trainingConfig.shape.precision,
  document: modelDocument,
  columns: z.object({
    dense: z.array(z.string()),
    sparse: z.array(z.object({ name: z.string(), cardinality: z.int(), multiValued: z.boolean() })),
  }),
  indicesPerLookup: z.int().min(1),
  /** The time for which a burst of steps is measured. */
  burstSeconds: z.number(),
  /** Each batch size is measured with each optimizer, which updates tables and dense parameters. */
  batchSizes: z.array(z.int().min(1)),
  optimizers: z.array(optimizerKind),
  threads: z.int().min(1),
})
export type StepsSubject = z.infer<typeof stepsSubject>

export const measuredSteps = z.object({
  batchSize: z.int(),
  optimizer: optimizerKind,
  device: computation.shape.device,
  /** The median of the best burst. */
  msPerStep: z.number(),
  overheadMs: z.number(),
  operations: z.array(z.object({ name: z.string(), phase: z.string(), ms: z.number() })),
})
export type MeasuredSteps = z.infer<typeof measuredSteps>

type Case = Pick<MeasuredSteps, 'batchSize' | 'optimizer'>

const batchesOf = (batchSize: number) =>
  Math.ceil(Math.min(MAX_BATCHES, Math.max(MIN_BATCHES, SAMPLES / batchSize)))

/** Rejects as loading a backend does, with InvalidState if memory is short, and with Cancelled. */
export async function measureSteps(subject: StepsSubject, signal: AbortSignal): Promise<MeasuredSteps[]> {
  const results: MeasuredSteps[] = []
  for (const batchSize of subject.batchSizes)
    for (const kind of subject.optimizers)
      results.push(await measureCase(subject, { batchSize, optimizer: kind }, signal))
  return results
}

async function measureCase(subject: StepsSubject, each: Case, signal: AbortSignal): Promise<MeasuredSteps> {
  const { document, columns, indicesPerLookup, backend, precision, threads } = subject
  const rule = optimizer(each.optimizer, LEARNING_RATE)
  const model = await measuredModel({
    plan: compilePlan(document, columns),
    columns,
    indicesPerLookup,
    batchSize: each.batchSize,
    batches: batchesOf(each.batchSize),
    variableBagSize: indicesPerLookup > 1,
    config: {
      ...defaultTrainingConfig,
      backend,
      precision,
      threads,
      seed: 0,
      tables: rule,
      dense: rule,
    },
  })
  const bursts: Measurement[] = []
  for (let burst = 0; burst < BURSTS; burst++)
    bursts.push(await model.measure({ seconds: subject.burstSeconds, profile: true, trace: false }, signal))
  return { ...each, device: model.device, ...best(bursts.map(typicalStep)) }
}

type Step = Pick<MeasuredSteps, 'msPerStep' | 'overheadMs' | 'operations'>

/** The median step of a burst. The times of operations are known as means, so they are scaled by the same factor. */
function typicalStep({ millisecondsPerStep, profile, overheadMs }: Measurement): Step {
  const count = millisecondsPerStep.length
  const mean = millisecondsPerStep.reduce((sum, ms) => sum + ms, 0) / count
  const msPerStep = median(millisecondsPerStep)
  const scale = Math.min(1, msPerStep / mean)
  return {
    msPerStep,
    overheadMs: Math.max(0, overheadMs) * scale,
    operations: profile.map(({ name, phase, milliseconds }) => ({
      name,
      phase,
      ms: (milliseconds / count) * scale,
    })),
  }
}

const best = (steps: Step[]): Step => steps.reduce((a, b) => (b.msPerStep < a.msPerStep ? b : a))

/** The work of a case's step. */
export function workOfCase(subject: StepsSubject, { batchSize, optimizer: kind }: Case) {
  const { document, columns, indicesPerLookup, backend } = subject
  // Bags of variable size have any number of indices up to the maximum with the same probability.
  const lookups = columns.sparse.map(() => (indicesPerLookup + 1) / 2)
  return stepWork(compilePlan(document, columns), {
    backend,
    batchSize,
    tables: kind,
    dense: kind,
    lookups,
    samples: batchSize * batchesOf(batchSize),
  })
}

/** The measurements with the work that was done. */
export function timedWork(subject: StepsSubject, measured: readonly MeasuredSteps[]): Timed[] {
  return measured.flatMap((each) => {
    const times = new Map(each.operations.map((operation) => [entryKey(operation), operation.ms]))
    times.set(entryKey({ name: '', phase: 'outside' }), each.overheadMs)
    return [...workByEntry(workOfCase(subject, each))].flatMap(([key, amounts]) => {
      const ms = times.get(key)
      return ms === undefined ? [] : [{ amounts, ms }]
    })
  })
}
