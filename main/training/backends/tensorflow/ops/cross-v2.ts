import type { CrossV2Operation } from '../../../../model/kinds/cross.ts'
import { present, type TensorFlowOperation } from './operation.ts'

export const crossV2: TensorFlowOperation<CrossV2Operation> = {
  output(tf, _, { values }) {
    const [x0, x, projected] = values
    return tf.add(tf.mul(present(x0), present(projected)), present(x))
  },
}
