/**
 * Checks whether a benchmark fits this machine's memory before it starts, because Linux would kill it in the middle.
 */
import { formatBytes } from '../contract/quantities.ts'
import type { BenchmarkShape, MemoryNeed } from '../contract/benchmarks.ts'
import { StudioError } from '../contract/errors.ts'
import { optimizerBytes } from '../model/costs.ts'
import { trainingMemory } from '../model/memory.ts'
import type { Plan } from '../model/plan-types.ts'
import { compilePlan } from '../model/plan.ts'
import { BATCHES, benchmarkPreset } from './presets.ts'

const FLOAT = 4
/** The memory stream that measures the memory roof, buffers, and Node itself. */
const REST = 300e6

export interface BatchNeed {
  batchSize: number
  batches: number
  indicesPerLookup: number
  /** Each has its own batches and dense parameters, and together they have one set of tables. */
  processes: number
}

/** An upper estimate in bytes of parameters, their gradients, prebuilt batches, values and their gradients. */
export function benchmarkBytes(
  plan: Plan,
  { batchSize, batches, indicesPerLookup, processes }: BatchNeed,
): number {
  const dense = plan.parameters.filter((parameter) => parameter.kind === 'dense')
  const row = plan.inputs.dense.length + plan.inputs.sparse.length * (indicesPerLookup + 1) + 1
  const values = plan.values.reduce((total, { width }) => total + width, 0)
  const lookups = plan.inputs.sparse.length * indicesPerLookup
  return (
    optimizerBytes(plan.parameters).sgd +
    (2 * processes - 1) * optimizerBytes(dense).sgd +
    processes * FLOAT * batchSize * (batches * row + 2 * values + 4 * lookups) +
    processes * REST
  )
}

/** What TensorFlow needs in addition to the native engine. */
function beyondNative(plan: Plan, batchSize: number): number {
  const on = (backend: BenchmarkShape['backend']) =>
    trainingMemory(plan, { backend, batchSize, tables: 'sgd', dense: 'sgd' }).total
  return on('tensorflow') - on('native')
}

/** What a benchmark would need, and what a new process could get at the moment. */
export function memoryNeed({ preset, batchSize, backend, ranks }: BenchmarkShape): MemoryNeed {
  const { document, columns, indicesPerLookup } = benchmarkPreset(preset)
  const plan = compilePlan(document, columns)
  return {
    neededBytes:
      benchmarkBytes(plan, { batchSize, batches: BATCHES, indicesPerLookup, processes: ranks ?? 1 }) +
      (backend === 'tensorflow' ? beyondNative(plan, batchSize) : 0),
    availableBytes: process.availableMemory(),
  }
}

/** Throws InvalidState with both sizes in its message. */
export function requireMemory(shape: BenchmarkShape, available?: number): void {
  const { neededBytes, availableBytes } = memoryNeed(shape)
  const free = available ?? availableBytes
  if (neededBytes <= free) return
  throw new StudioError(
    'InvalidState',
    `The benchmark needs about ${formatBytes(neededBytes)} of memory, but only ${formatBytes(free)} is free: ` +
      'close other programs, or use a smaller batch size or preset.',
  )
}
