/** Dot interaction: dot products of all pairs of vectors (Naumov et al. 2019). */
import { z } from 'zod'
import type { ValueIndex } from '../plan-values.ts'
import type { NodeDefinition } from './node.ts'
import { streamingCosts, streamingWork } from './operation.ts'
import { equalWidthVectorsPort } from './ports.ts'
import { nodeBase, onlyPort } from './schema.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('dotInteraction'),
  inputs: onlyPort('vectors'),
  includeSelf: z.boolean(),
  /** Puts the first vector in front of the products, as DLRM does. */
  keepFirst: z.boolean(),
})
export type DotInteractionNode = z.infer<typeof schema>

/**
 * Pairwise dot products of k vectors of the same width, strictly lower triangle in row-major order
 * (with includeSelf the diagonal too); keepFirst puts inputs[0] itself in front (Naumov et al. 2019).
 */
export interface DotOperation {
  kind: 'dot'
  inputs: ValueIndex[]
  includeSelf: boolean
  keepFirst: boolean
  output: ValueIndex
}

export const dotInteraction: NodeDefinition<DotInteractionNode, DotOperation> = {
  kind: 'dotInteraction',
  schema,
  label: 'Dot interaction',
  sentence: 'Dot products of all pairs of vectors, as in DLRM.',
  computes:
    'dot products of all pairs, row by row below the diagonal; with includeSelf the diagonal too; keepFirst puts the first vector in front',
  widthInWords: 'the number of pairs, and the first vector if it is kept',
  searchWords: 'dlrm inner pairwise',
  group: 'interaction',
  idStem: 'dot',
  fields: [
    {
      path: 'includeSelf',
      name: 'Include self-products',
      hint: 'Also multiplies each vector by itself.',
      control: 'check',
    },
    {
      path: 'keepFirst',
      name: 'Keep the first vector',
      hint: 'Placed before the products, as in DLRM.',
      control: 'check',
    },
  ],
  detail: ({ inputs, includeSelf }, { counted }) =>
    `${counted(inputs.vectors.length, 'vector')}${includeSelf ? ', self-products' : ''}`,
  ports: [equalWidthVectorsPort],
  initialSettings: () => ({ inputs: { vectors: [] }, includeSelf: false, keepFirst: true }),
  width({ includeSelf, keepFirst }, inputs) {
    const count = inputs.length
    const pairs = (count * (includeSelf ? count + 1 : count - 1)) / 2
    return pairs + (keepFirst ? (inputs[0] ?? 0) : 0)
  },
  checkInputs({ includeSelf, keepFirst }, inputs, problems) {
    if (inputs.length < 2 && !includeSelf && !keepFirst)
      problems.error(
        'inputs.vectors',
        'A single vector has no pairs: connect a second one or keep the first.',
      )
  },
  operations: {
    dot: {
      reads: ['inputs'],
      parameters: [],
      category: 'interaction',
      costs({ keepFirst }, size) {
        const [vector = 0] = size.inputs
        const products = 2 * vector * (size.output - (keepFirst ? vector : 0))
        return streamingCosts({ forward: products, training: 3 * products }, size)
      },
      work: (_, size, batch) =>
        streamingWork('dot', size, batch, (phase) => ({
          [`dot.${phase}.pairs`]: batch * size.inputs.length ** 2,
          [`dot.${phase}.products`]: batch * size.inputs.length * size.read,
        })),
    },
  },
  lower: (builder, { id, includeSelf, keepFirst }, inputs, width) =>
    builder.add<DotOperation>(id, id, width, { kind: 'dot', inputs, includeSelf, keepFirst }),
}
