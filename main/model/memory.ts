/** What the process of a run takes of memory: an estimate from the plan, told before the run is started. */
import { optimizerBytes, type OptimizerKind } from './costs.ts'
import { FLOAT_BYTES } from './kinds/operation.ts'
import type { Plan } from './plan-types.ts'

/** Measured on Linux: a trainer process with the engine and no model. */
const PROGRAM_BYTES = 105e6
/** Measured on Linux: what TensorFlow's libraries and its own threads add, with those for a CPU. */
const TENSORFLOW_BYTES = 450e6
/** Measured the same way: TensorFlow's values of a batch, which it lets go of later, to the engine's. */
const TENSORFLOW_VALUES = 3.5
/** Rows of a batch when a run evaluates. */
const EVALUATION_ROWS = 4096

export interface MemorySettings {
  backend: 'native' | 'tensorflow'
  /** The optimizers. */
  tables: OptimizerKind
  dense: OptimizerKind
  batchSize: number
}

/** Bytes, by what takes them. */
export interface MemoryEstimate {
  /** Parameters and optimizer state: what a checkpoint holds as well. */
  model: number
  /** Values of a batch and their gradients. */
  batch: number
  /** The program, its libraries, and copies that a backend keeps for itself. */
  program: number
  total: number
}

export function trainingMemory(plan: Plan, settings: MemorySettings): MemoryEstimate {
  const { backend, tables, dense, batchSize } = settings
  const ofKind = (wanted: 'table' | 'dense') => plan.parameters.filter(({ kind }) => kind === wanted)
  const denseBytes = optimizerBytes(ofKind('dense'))
  const model = optimizerBytes(ofKind('table'))[tables] + denseBytes[dense]
  const widths = plan.values.reduce((sum, { width }) => sum + width, 0)
  const row = plan.inputs.dense.length + 2 * plan.inputs.sparse.length + 1
  const training = batchSize * (row + 2 * widths)
  const evaluation = EVALUATION_ROWS * (row + widths)
  // TensorFlow holds the dense parameters a second time, before and after an update, and their gradients.
  const copies = backend === 'tensorflow' ? 2 * denseBytes[dense] + denseBytes.sgd : denseBytes.sgd
  const batch =
    FLOAT_BYTES * Math.max(training, evaluation) * (backend === 'tensorflow' ? TENSORFLOW_VALUES : 1)
  const program = PROGRAM_BYTES + copies + (backend === 'tensorflow' ? TENSORFLOW_BYTES : 0)
  return { model, batch, program, total: model + batch + program }
}
