/** The distributions initial parameters are drawn from. */
import type { PlanInitializer } from './plan-values.ts'

export const zeros: PlanInitializer = { kind: 'constant', value: 0 }
export const ones: PlanInitializer = { kind: 'constant', value: 1 }

const uniform = (limit: number): PlanInitializer => ({ kind: 'uniform', low: -limit, high: limit })
const normal = (standardDeviation: number): PlanInitializer => ({
  kind: 'normal',
  mean: 0,
  standardDeviation,
})

/** A plain table of `rows` rows. */
export const tableInitializer = (rows: number): PlanInitializer => uniform(Math.sqrt(1 / rows))

/**
 * The initializer of each of the two tables of a quotient-remainder pair. The combined vectors have the standard
 * deviation of a plain table of `cardinality` rows, whether they are multiplied, added or concatenated.
 */
export function pairInitializer(cardinality: number, operation: 'mult' | 'add' | 'concat'): PlanInitializer {
  const plain = Math.sqrt(1 / cardinality)
  if (operation === 'mult') return uniform(Math.sqrt(Math.sqrt(3) * plain))
  return uniform(operation === 'add' ? plain / Math.SQRT2 : plain)
}

/** A weight matrix [out, in] of a dense layer. */
export const weightInitializer = (output: number, input: number): PlanInitializer =>
  normal(Math.sqrt(2 / (output + input)))

/** The bias of a dense layer of `output` units. */
export const biasInitializer = (output: number): PlanInitializer => normal(Math.sqrt(1 / output))

/** A projection [out, in] without bias: uniform of the variance 2 / (out + in) (Glorot and Bengio 2010). */
export const projectionInitializer = (output: number, input: number): PlanInitializer =>
  uniform(Math.sqrt(6 / (output + input)))
