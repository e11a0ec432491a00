/** The dense operations of a plan in tfjs, whose gradients come from its tape. */
import type { Tensor } from '@tensorflow/tfjs'
import type { Activation } from '../../../model/kinds/activations.ts'
import type { PlanLoss } from '../../../model/kinds/loss.ts'
import { operationName, TABLES } from '../../../model/operation-names.ts'
import type { Plan, PlanOperation } from '../../../model/plan-types.ts'
import type { Tf } from './load-tensorflow.ts'
import type { StepClock } from './step-clock.ts'

type Operation<Kind extends PlanOperation['kind']> = Extract<PlanOperation, { kind: Kind }>

export interface DenseInputs {
  /** [batch, dense columns]; null where the plan reads none. */
  dense: Tensor | null
  /** [batch, sum of the bags' widths]; null where there are no tables. */
  pooled: Tensor | null
  /** By parameter index; tables are left out. */
  parameters: Map<number, Tensor>
  /** By operation index, [batch, width]; none when predicting, and then nothing is dropped. */
  masks: Map<number, Tensor>
}

/** Widths of the pooled rows, in the plan's order. */
function bagWidths(plan: Plan): number[] {
  return plan.operations.flatMap((operation) =>
    operation.kind === 'embeddingBag' ? [widthOf(plan, operation.output)] : [],
  )
}

/** Indices of the parameters that dense operations read. */
export function denseParameters(plan: Plan): number[] {
  const used = plan.operations.flatMap((operation) => {
    if (operation.kind === 'linear' || operation.kind === 'crossV1') {
      return operation.bias === null ? [operation.weight] : [operation.weight, operation.bias]
    }
    return operation.kind === 'bias' ? [operation.bias] : []
  })
  return [...new Set(used)]
}

/** The prediction before the loss's clamp, [batch, 1]. A clock tells how long each operation takes. */
export function predict(tf: Tf, plan: Plan, inputs: DenseInputs, clock: StepClock | null = null): Tensor {
  const values = new Map<number, Tensor>()
  const { pooled } = inputs
  const split = (): Tensor[] => (pooled ? splitBags(tf, pooled, bagWidths(plan)) : [])
  const bags = clock ? clock.operation(tf, TABLES, split) : split()
  const value = (index: number): Tensor => present(values.get(index))
  const parameter = (index: number): Tensor => present(inputs.parameters.get(index))
  for (const [index, operation] of plan.operations.entries()) {
    const output = (): Tensor => {
      switch (operation.kind) {
        case 'denseInput':
          return columnsOf(present(inputs.dense), operation.first, widthOf(plan, operation.output))
        case 'embeddingBag':
          return present(bags.shift())
        case 'linear':
          return linear(tf, operation, value(operation.input), parameter)
        case 'activation':
          return activate(tf, operation.activation, value(operation.input))
        case 'dropout': {
          const mask = inputs.masks.get(index)
          return mask ? tf.mul(value(operation.input), mask) : value(operation.input)
        }
        case 'concat':
          return concat(tf, operation.inputs.map(value))
        case 'sum':
          return tf.addN(operation.inputs.map(value))
        case 'multiply':
          return tf.mul(value(operation.inputs[0]), value(operation.inputs[1]))
        case 'dot':
          return dot(tf, operation, operation.inputs.map(value))
        case 'crossV1':
          return crossV1(tf, operation, value, parameter)
        case 'crossV2':
          return tf.add(tf.mul(value(operation.x0), value(operation.projected)), value(operation.x))
        case 'factorizationMachine':
          return factorizationMachine(tf, operation.inputs.map(value))
        case 'bias':
          return tf.add(value(operation.input), parameter(operation.bias))
      }
    }
    // What is only handed on is no work.
    const isWork = operation.kind !== 'denseInput' && operation.kind !== 'embeddingBag'
    const timed = clock && isWork ? clock.operation(tf, operationName(plan, operation), output) : output()
    values.set(operation.output, timed)
  }
  return value(plan.loss.prediction)
}

/**
 * A list of its own, for tfjs's tape keeps the one that split returns. A single bag is left whole: tfjs has no gradient for
 * a split into one.
 */
function splitBags(tf: Tf, pooled: Tensor, widths: number[]): Tensor[] {
  return widths.length === 1 ? [pooled] : [...tf.split(pooled, widths, 1)]
}

function columnsOf(dense: Tensor, first: number, width: number): Tensor {
  return first === 0 && width === dense.shape[1] ? dense : dense.slice([0, first], [-1, width])
}

function linear(
  tf: Tf,
  { weight, bias, activation }: Operation<'linear'>,
  input: Tensor,
  parameter: (index: number) => Tensor,
): Tensor {
  const product = tf.matMul(input, parameter(weight), false, true)
  return activate(tf, activation, bias === null ? product : tf.add(product, parameter(bias)))
}

/** GELU is the exact one, with the error function. */
function activate(tf: Tf, activation: Activation, x: Tensor): Tensor {
  switch (activation) {
    case 'none':
      return x
    case 'relu':
      return relu(tf, x)
    case 'sigmoid':
      return tf.sigmoid(x)
    case 'tanh':
      return tf.tanh(x)
    case 'gelu':
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))
  }
}

/** tfjs's own gradient of ReLU takes ten kernels. */
function relu(tf: Tf, x: Tensor): Tensor {
  const backward = (gradient: Tensor, input: Tensor): Tensor =>
    tf.mul(gradient, tf.cast(tf.greater(input, 0), 'float32'))
  return withGradient(tf, x, (input) => tf.relu(input), backward)
}

/** One value is left as it is. */
function concat(tf: Tf, inputs: Tensor[]): Tensor {
  return inputs.length === 1 ? present(inputs[0]) : tf.concat(inputs, 1)
}

function crossV1(
  tf: Tf,
  { x0, x, weight, bias }: Operation<'crossV1'>,
  value: (index: number) => Tensor,
  parameter: (index: number) => Tensor,
): Tensor {
  const products = tf.matMul(value(x), tf.expandDims(parameter(weight), 1))
  return tf.add(tf.add(tf.mul(value(x0), products), parameter(bias)), value(x))
}

function factorizationMachine(tf: Tf, inputs: Tensor[]): Tensor {
  const sum = tf.addN(inputs)
  const squares = tf.addN(inputs.map((input) => tf.square(input)))
  return tf.mul(tf.sum(tf.sub(tf.square(sum), squares), 1, true), 0.5)
}

function dot(tf: Tf, { includeSelf, keepFirst }: Operation<'dot'>, inputs: Tensor[]): Tensor {
  const [first] = inputs
  const count = inputs.length
  const vectors = concat(tf, inputs).reshape([-1, count, widthOfTensor(first)])
  const pairs = pairwise(tf, vectors, includeSelf)
  return keepFirst ? tf.concat([present(first), pairs], 1) : pairs
}

/**
 * The lower triangle of each row's X · Xᵀ, [batch, pairs]. tfjs's own gradient of gathering is a scatter that costs
 * more than the products; with S the symmetric matrix of the pairs' gradients, the gradient of X is S · X.
 */
function pairwise(tf: Tf, vectors: Tensor, includeSelf: boolean): Tensor {
  const count = widthOfTensor(vectors)
  const { triangle, inverse, factors } = pairPositions(count, includeSelf)
  const forward = (x: Tensor): Tensor => {
    const products = tf.matMul(x, x, false, true).reshape([-1, count * count])
    return tf.gather(products, tf.tensor1d(triangle, 'int32'), 1)
  }
  const backward = (gradients: Tensor, x: Tensor): Tensor => {
    const padding: [number, number][] = [
      [0, 0],
      [0, 1],
    ]
    const symmetric = tf.gather(tf.pad(gradients, padding), tf.tensor1d(inverse, 'int32'), 1)
    const factored = includeSelf ? symmetric.mul(tf.tensor1d(factors)) : symmetric
    return tf.matMul(factored.reshape([-1, count, count]), x)
  }
  return withGradient(tf, vectors, forward, backward)
}

/**
 * Positions of the pairs in a row's count × count products; for each element of the symmetric matrix its pair, or one
 * past the last where it has none; and 2 on its diagonal, where a vector meets itself, else 1.
 */
function pairPositions(
  count: number,
  includeSelf: boolean,
): { triangle: number[]; inverse: number[]; factors: number[] } {
  const triangle: number[] = []
  const inverse = new Array<number>(count * count).fill(-1)
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < (includeSelf ? row + 1 : row); column++) {
      inverse[row * count + column] = inverse[column * count + row] = triangle.length
      triangle.push(row * count + column)
    }
  }
  return {
    triangle,
    inverse: inverse.map((pair) => (pair < 0 ? triangle.length : pair)),
    factors: inverse.map((_, at) => (at % (count + 1) === 0 ? 2 : 1)),
  }
}

/** An operation whose gradient is `backward(gradient of the output, input)` instead of what tfjs would work out. */
function withGradient<Input extends Tensor>(
  tf: Tf,
  input: Input,
  forward: (input: Input) => Tensor,
  backward: (gradient: Tensor, input: Input) => Tensor,
): Tensor {
  // tfjs passes the function that saves tensors as if it were one more of them.
  const operation = tf.customGrad((...given) => {
    const [x, save] = given as unknown as [Input, (tensors: Tensor[]) => void]
    save([x])
    return { value: forward(x), gradFunc: (dy, saved) => backward(dy, present(saved[0]) as Input) }
  })
  return operation(input)
}

/** The prediction unchanged, with the gradient of the mean loss in place of the one that comes in. */
export function withLossGradient(tf: Tf, loss: PlanLoss, prediction: Tensor, labels: Tensor): Tensor {
  const unchanged = (value: Tensor): Tensor => value.clone()
  const backward = (_: Tensor, value: Tensor): Tensor => lossGradient(tf, loss, value, labels)
  return withGradient(tf, prediction, unchanged, backward)
}

/** The gradient of the mean loss: PyTorch's of binary_cross_entropy, zero where the clamp changed the prediction. */
function lossGradient(tf: Tf, loss: PlanLoss, p: Tensor, y: Tensor): Tensor {
  const share = 1 / present(p.shape[0])
  const difference = tf.sub(p, y)
  const ofKind = (): Tensor => {
    if (loss.kind === 'mse') return tf.mul(difference, 2 * share)
    const slope = tf.div(difference, tf.maximum(tf.mul(p, tf.sub(1, p)), 1e-12))
    if (loss.kind === 'bce') return tf.mul(slope, share)
    const [ofZero, ofOne] = loss.weights
    const weights = tf.add(tf.mul(tf.cast(tf.greaterEqual(y, 1), 'float32'), ofOne - ofZero), ofZero)
    return tf.mul(tf.mul(slope, weights), share)
  }
  if (loss.clamp === 0) return ofKind()
  const inside = tf.logicalAnd(tf.greaterEqual(p, loss.clamp), tf.lessEqual(p, 1 - loss.clamp))
  return tf.where(inside, ofKind(), tf.zerosLike(p))
}

/** Of a [batch, width] matrix; of [batch, count, width], the count. */
function widthOfTensor(tensor: Tensor | undefined): number {
  return present(present(tensor).shape[1])
}

/** Of a value of the plan. */
export function widthOf(plan: Plan, value: number): number {
  return present(plan.values[value]).width
}

/** What a plan names is there: the plan was checked when it was compiled. */
function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('The plan names what it does not have.')
  return value
}
