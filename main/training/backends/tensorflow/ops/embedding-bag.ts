import type { EmbeddingBagOperation } from '../../../../model/kinds/embedding-lowering.ts'
import type { TensorFlowOperation } from './operation.ts'

/** The addon looks the rows of all tables up and pools them. */
export const embeddingBag: TensorFlowOperation<EmbeddingBagOperation> = {
  handsOn: true,
  output: (_, __, { nextBag }) => nextBag(),
}
