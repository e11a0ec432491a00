/** The definition of an operation of the plan: what it reads, what it costs, and how much work it is in a step. */
import type { ValueIndex } from '../plan-values.ts'
import type { Amounts } from '../step-time/amounts.ts'

/** The fields that every operation has; the other fields depend on its kind. */
export interface OperationFields {
  kind: string
  output: ValueIndex
}

/**
 * For one sample: the cost of the forward pass, and of a whole training step, which is forward, backward and update.
 */
export interface StepCost {
  forward: number
  training: number
}

export interface OperationCosts {
  flops: StepCost
  /** Activations and table rows that are read and written. Weights are left out, because a batch shares them. */
  bytesMoved: StepCost
}

/** The widths of what an operation reads and writes, and what else its costs depend on. */
export interface OperationSize {
  /** Width of each input, in order. */
  inputs: readonly number[]
  /** Sum over the inputs. */
  read: number
  /** Width of the output. */
  output: number
  /** Whether a step needs the gradient of one of the inputs. */
  inputsTrained: boolean
  /** For lookups: the mean number of indices in a row of the column. */
  lookups: number
}

/** Work of a step, in each direction. */
export interface OperationWork {
  forward: Amounts
  backward: Amounts
}

/** The categories of operations in the breakdown of a step's time of the DLRM paper, and their names for people. */
export const categoryNames = {
  embeddings: 'Embeddings',
  fullyConnected: 'Fully connected',
  interaction: 'Interaction',
  other: 'Other operations',
}
export type OperationCategory = keyof typeof categoryNames

export interface OperationDefinition<Operation> {
  /** The operation's fields that name the values it reads, in order. */
  reads: readonly (keyof Operation)[]
  /** The operation's fields that name its parameters, in order. */
  parameters: readonly (keyof Operation)[]
  /** Those of them that plain SGD updates within the native engine's backward pass if the batch is small. */
  updatedInPass?: readonly (keyof Operation)[]
  /** The category in which its time is counted. */
  category: OperationCategory
  /** All other operations of its node are counted in its category as well. */
  leadsNode?: true
  /** The parameter that gives it its name in profiles; if absent, the value that it writes. */
  namedAfter?: keyof Operation
  /** Estimates for one sample. The default is the costs of an elementwise operation. */
  costs?(operation: Operation, size: OperationSize): OperationCosts
  /** Work of a batch. The default is the work of an operation that streams through its values. */
  work?(operation: Operation, size: OperationSize, batch: number): OperationWork
}

export const FLOAT_BYTES = 4

/** Costs of an operation that reads its inputs and writes its output once, and three times as much in training. */
export function streamingCosts(flops: StepCost, { read, output }: OperationSize): OperationCosts {
  const streamed = FLOAT_BYTES * (read + output)
  return { flops, bytesMoved: { forward: streamed, training: 3 * streamed } }
}

/** Work of an operation that streams through its values. `more` adds to each direction. */
export function streamingWork(
  kind: string,
  { inputs, read, output }: OperationSize,
  batch: number,
  more: (phase: keyof OperationWork) => Amounts = () => ({}),
): OperationWork {
  const work = (phase: keyof OperationWork): Amounts => ({
    [`${kind}.${phase}`]: 1,
    [`${kind}.${phase}.inputs`]: inputs.length,
    [`${kind}.${phase}.samples`]: batch,
    [`${kind}.${phase}.vectors`]: batch * inputs.length,
    [`${kind}.${phase}.elements`]: batch * (read + output),
    ...more(phase),
  })
  return { forward: work('forward'), backward: work('backward') }
}
