/** Estimates from the plan how much memory a run's process takes. The estimate is shown before the run is started. */
import { optimizerBytes, type OptimizerKind } from './costs.ts'
import { FLOAT_BYTES } from './kinds/operation.ts'
import type { Plan } from './plan-types.ts'

/** Measured on Linux: a trainer process with the engine and no model. */
const PROGRAM_BYTES = 105e6
/** Measured on Linux: what TensorFlow's libraries and its threads add, on a CPU. */
const TENSORFLOW_BYTES = 450e6
/** Measured on Linux: the ratio of TensorFlow's values of a batch, which it frees later, to the engine's. */
const TENSORFLOW_VALUES = 3.5
/** Rows of a batch in an evaluation. */
export const EVALUATION_ROWS = 4096

export interface MemorySettings {
  backend: 'native' | 'tensorflow'
  /** The optimizers. */
  tables: OptimizerKind
  dense: OptimizerKind
  batchSize: number
}

/** In bytes, by purpose. */
export interface MemoryEstimate {
  /** Parameters and optimizer state, which a checkpoint also contains. */
  model: number
  /** Values of a batch and their gradients. */
  batch: number
  /** The program, its libraries, and copies that a backend makes. */
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
  // TensorFlow holds the dense parameters twice, before and after an update, and their gradients.
  const copies = backend === 'tensorflow' ? 2 * denseBytes[dense] + denseBytes.sgd : denseBytes.sgd
  const batch =
    FLOAT_BYTES * Math.max(training, evaluation) * (backend === 'tensorflow' ? TENSORFLOW_VALUES : 1)
  const program = PROGRAM_BYTES + copies + (backend === 'tensorflow' ? TENSORFLOW_BYTES : 0)
  return { model, batch, program, total: model + batch + program }
}
