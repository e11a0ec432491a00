import type { Tensor } from '@tensorflow/tfjs'
import type { DotOperation } from '../../../../model/kinds/dot-interaction.ts'
import type { Tf } from '../load-tensorflow.ts'
import { concatenated } from './concat.ts'
import { present, type TensorFlowOperation } from './operation.ts'
import { withGradient } from './with-gradient.ts'

export const dot: TensorFlowOperation<DotOperation> = {
  output(tf, { includeSelf, keepFirst }, { values }) {
    const first = present(values[0])
    const vectors = concatenated(tf, values).reshape([-1, values.length, present(first.shape[1])])
    const pairs = pairwise(tf, vectors, includeSelf)
    return keepFirst ? tf.concat([first, pairs], 1) : pairs
  },
}

/**
 * The lower triangle of each row's X · Xᵀ, [batch, pairs]. tfjs's own gradient of a gather is a scatter that costs more
 * than the products. If S is the symmetric matrix of the pairs' gradients, the gradient of X is S · X.
 */
function pairwise(tf: Tf, vectors: Tensor, includeSelf: boolean): Tensor {
  const count = present(vectors.shape[1])
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
 * The positions of the pairs in a row's count × count products; for each element of the symmetric matrix the index of
 * its pair, or one past the last if it has none; and the factors, which are 2 on the diagonal, where a vector is paired
 * with itself, and 1 elsewhere.
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
