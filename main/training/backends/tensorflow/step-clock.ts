/** Where the time of steps on TensorFlow goes, by operation of the plan and phase. */
import type { Tensor } from '@tensorflow/tfjs'
import type { OperationPhase } from '../../../contract/operations.ts'
import type { Tf } from './load-tensorflow.ts'

/** What took time: milliseconds of performance.now(). */
export interface TimedSpan {
  name: string
  phase: OperationPhase
  from: number
  to: number
}

/**
 * Tells the time of everything it runs. TensorFlow computes each kernel on a CPU before tfjs goes on; on a GPU it may
 * only have been handed over, and the waiting shows outside of the operations.
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
   * An operation's forward half. The gradients that tfjs's tape has for its kernels are timed as its backward half when
   * they are worked out; adding up the gradients of a value that several operations read is in neither.
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

/** What of tfjs's tape is timed. */
interface TapeNode {
  gradient?: (outputs: Tensor[]) => Record<string, () => Tensor>
}
