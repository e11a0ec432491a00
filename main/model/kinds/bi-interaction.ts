/** Bi-interaction of neural factorization machines (He and Chua 2017, arXiv:1708.05027). */
import { z } from 'zod'
import type { ValueIndex } from '../plan-values.ts'
import type { NodeDefinition } from './node.ts'
import { streamingCosts } from './operation.ts'
import { equalWidthVectorsPort } from './ports.ts'
import { nodeBase, onlyPort } from './schema.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('biInteraction'),
  inputs: onlyPort('vectors'),
})
export type BiInteractionNode = z.infer<typeof schema>

/** ½ ((Σ_k v_k)² − Σ_k v_k²) element by element, over vectors of the output's width. */
export interface BiInteractionOperation {
  kind: 'biInteraction'
  inputs: ValueIndex[]
  output: ValueIndex
}

export const biInteraction: NodeDefinition<BiInteractionNode, BiInteractionOperation> = {
  kind: 'biInteraction',
  schema,
  label: 'Bi-interaction',
  sentence: 'Sum of the elementwise products of all pairs of vectors.',
  computes: 'the sum of all pairs’ elementwise products',
  widthInWords: 'that of one vector',
  searchWords: 'nfm neural factorization machine pooling hadamard second order',
  group: 'interaction',
  idStem: 'bi_interaction',
  fields: [],
  detail: ({ inputs }, { counted }) => counted(inputs.vectors.length, 'input'),
  paperLabel: () => 'Bi-interaction',
  ports: [equalWidthVectorsPort],
  initialSettings: () => ({ inputs: { vectors: [] } }),
  width: (_, inputs) => inputs[0] ?? 0,
  operations: {
    biInteraction: {
      reads: ['inputs'],
      parameters: [],
      category: 'interaction',
      // Forward: sum, square and its sum for each element read. Backward: the sum again, difference and product.
      costs: (_, size) =>
        streamingCosts(
          { forward: 3 * (size.read + size.output), training: 6 * size.read + 3 * size.output },
          size,
        ),
    },
  },
  lower: (builder, { id }, inputs, width) =>
    builder.add<BiInteractionOperation>(id, id, width, { kind: 'biInteraction', inputs }),
}
