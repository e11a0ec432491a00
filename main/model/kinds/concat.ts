/** Concatenation of vectors. */
import { z } from 'zod'
import type { ValueIndex } from '../plan-values.ts'
import type { NodeDefinition } from './node.ts'
import { streamingCosts } from './operation.ts'
import { vectorsPort } from './ports.ts'
import { nodeBase, onlyPort } from './schema.ts'

const schema = z.strictObject({ ...nodeBase, kind: z.literal('concat'), inputs: onlyPort('vectors') })
export type ConcatNode = z.infer<typeof schema>

export interface ConcatOperation {
  kind: 'concat'
  inputs: ValueIndex[]
  output: ValueIndex
}

export const concat: NodeDefinition<ConcatNode, ConcatOperation> = {
  kind: 'concat',
  schema,
  label: 'Concatenation',
  sentence: 'Concatenates vectors into one.',
  computes: 'vectors side by side',
  widthInWords: 'the sum of the inputs’ widths',
  searchWords: 'join cat vectors side by side',
  group: 'interaction',
  idStem: 'concat',
  fields: [],
  detail: ({ inputs }, { counted }) => counted(inputs.vectors.length, 'input'),
  ports: [vectorsPort],
  initialSettings: () => ({ inputs: { vectors: [] } }),
  width: (_, inputs) => inputs.reduce((total, width) => total + width, 0),
  operations: {
    concat: {
      reads: ['inputs'],
      parameters: [],
      category: 'interaction',
      costs: (_, size) => streamingCosts({ forward: 0, training: 0 }, size),
    },
  },
  lower: (builder, { id }, inputs, width) =>
    builder.add<ConcatOperation>(id, id, width, { kind: 'concat', inputs }),
}
