import type { EmbeddingBagOperation } from '../../../../model/kinds/embedding-lowering.ts'
import type { TensorFlowOperation } from './operation.ts'

/** The addon looks up the rows of all tables and pools them. */
export const embeddingBag: TensorFlowOperation<EmbeddingBagOperation> = {
  handsOn: true,
  output: (_, __, { nextBag }) => nextBag(),
}
