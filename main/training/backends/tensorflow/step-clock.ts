/** Measures the time of steps on TensorFlow, by operation of the plan and phase. */
import type { Tensor } from '@tensorflow/tfjs'
import type { OperationPhase } from '../../../contract/operations.ts'
import type { Tf } from './load-tensorflow.ts'

/** A measured interval in milliseconds of performance.now(). */
export interface TimedSpan {
  name: string
  phase: OperationPhase
  from: number
  to: number
}

/**
 * Measures the time of everything that it runs. On a CPU TensorFlow computes each kernel before tfjs continues. On a
 * GPU a kernel may only have been queued, and the waiting time is outside of the operations.
 */
export class StepClock {
  readonly #onSpan: (span: TimedSpan) => void

  constructor(onSpan: (span: TimedSpan) => void) {
    this.#onSpan = onSpan
  }

  time<Result>(name: string, phase: OperationPhase, work: () => Result): Result {
    const from = performance.now()
    const result = work()
    this.#onSpan({ name, phase, from, to: performance.now() })
    return result
  }

  /**
   * Runs an operation's forward half. The gradients that tfjs's tape has for its kernels are timed as its backward half
   * when they are computed. Adding the gradients of a value that several operations read counts to neither.
   */
  operation<Output extends Tensor | Tensor[]>(tf: Tf, name: string, work: () => Output): Output {
    const { state } = tf.engine() as unknown as { state: { activeTape?: TapeNode[] | null } }
    const before = state.activeTape?.length ?? 0
    const output = this.time(name, 'forward', work)
    for (const node of state.activeTape?.slice(before) ?? []) this.#timeGradient(node, name)
    return output
  }

  #timeGradient(node: TapeNode, name: string): void {
    const { gradient } = node
    if (!gradient) return
    const timed = <Result>(work: () => Result): Result => this.time(name, 'backward', work)
    node.gradient = (outputs) => {
      const ofInputs = Object.entries(timed(() => gradient(outputs)))
      return Object.fromEntries(ofInputs.map(([input, work]) => [input, () => timed(work)]))
    }
  }
}

/** The functions of tfjs's tape that are timed. */
interface TapeNode {
  gradient?: (outputs: Tensor[]) => Record<string, () => Tensor>
}
