import type { DenseInputOperation } from '../../../../model/kinds/dense-input.ts'
import type { TensorFlowOperation } from './operation.ts'

export const denseInput: TensorFlowOperation<DenseInputOperation> = {
  handsOn: true,
  output(_, { first }, { dense, width }) {
    const columns = dense()
    return first === 0 && width === columns.shape[1] ? columns : columns.slice([0, first], [-1, width])
  },
}
