/** What an operation of the plan is: what it reads, what it costs, and how much work it is in a step. */
import type { ValueIndex } from '../plan-values.ts'
import type { Amounts } from '../step-time/amounts.ts'

/** What every operation has; the other fields are its own. */
export interface OperationFields {
  kind: string
  output: ValueIndex
}

/** Of one sample: of the forward pass, and of a whole training step's forward, backward and update. */
export interface StepCost {
  forward: number
  training: number
}

export interface OperationCosts {
  flops: StepCost
  /** Activations and table rows read and written; weights are left out, for a batch shares them. */
  bytesMoved: StepCost
}

/** Widths of what an operation reads and writes, and what else its costs depend on. */
export interface OperationSize {
  /** Width of each input, in order. */
  inputs: readonly number[]
  /** Sum over the inputs. */
  read: number
  /** Width of the output. */
  output: number
  /** Whether a step needs the gradient of one of the inputs. */
  inputsTrained: boolean
  /** Of lookups: mean number of indices that a row of the column has. */
  lookups: number
}

/** Work of a step, in each direction. */
export interface OperationWork {
  forward: Amounts
  backward: Amounts
}

export interface OperationDefinition<Operation> {
  /** The operation's fields that name the values it reads, in order. */
  reads: readonly (keyof Operation)[]
  /** The operation's fields that name its parameters, in order. */
  parameters: readonly (keyof Operation)[]
  /** Of these, the ones that plain SGD updates within the native engine's backward pass where a batch is small. */
  updatedInPass?: readonly (keyof Operation)[]
  /** Its part of the breakdown of a step's time in the DLRM paper. */
  part: 'embeddings' | 'fullyConnected' | 'interaction' | 'other'
  /** All other operations of its node belong to its part as well. */
  leadsNode?: true
  /** The parameter that profiles name it after; the value it writes if absent. */
  namedAfter?: keyof Operation
  /** Estimates for one sample; those of an elementwise operation if absent. */
  costs?(operation: Operation, size: OperationSize): OperationCosts
  /** Work of a batch; that of an operation which streams through its values if absent. */
  work?(operation: Operation, size: OperationSize, batch: number): OperationWork
}

export const FLOAT_BYTES = 4

/** Costs of an operation that reads its inputs and writes its output once, and three times as much in training. */
export function streamingCosts(flops: StepCost, { read, output }: OperationSize): OperationCosts {
  const streamed = FLOAT_BYTES * (read + output)
  return { flops, bytesMoved: { forward: streamed, training: 3 * streamed } }
}

/** Work of an operation that streams through its values, and what `more` adds to each direction. */
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
