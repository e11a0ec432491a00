/** Sum of vectors of one width, element by element. */
import { z } from 'zod'
import type { ValueIndex } from '../plan-values.ts'
import type { NodeDefinition } from './node.ts'
import { equalWidthVectorsPort } from './ports.ts'
import { nodeBase, onlyPort } from './schema.ts'

const schema = z.strictObject({ ...nodeBase, kind: z.literal('sum'), inputs: onlyPort('vectors') })
export type SumNode = z.infer<typeof schema>

/** Elementwise, all of the same width. */
export interface SumOperation {
  kind: 'sum'
  inputs: ValueIndex[]
  output: ValueIndex
}

export const sum: NodeDefinition<SumNode, SumOperation> = {
  kind: 'sum',
  schema,
  label: 'Sum',
  sentence: 'Adds vectors of equal width.',
  computes: 'the sum of vectors, element by element',
  widthInWords: 'that of each input',
  searchWords: 'add plus',
  group: 'interaction',
  idStem: 'sum',
  fields: [],
  detail: ({ inputs }, { counted }) => counted(inputs.vectors.length, 'input'),
  ports: [equalWidthVectorsPort],
  initialSettings: () => ({ inputs: { vectors: [] } }),
  width: (_, [first = 0]) => first,
  operations: { sum: { reads: ['inputs'], parameters: [], category: 'other' } },
  lower: (builder, { id }, inputs, width) =>
    builder.add<SumOperation>(id, id, width, { kind: 'sum', inputs }),
}
