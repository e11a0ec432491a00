/** Bias: adds one learned constant. */
import { z } from 'zod'
import { zeros } from '../initializers.ts'
import type { ParameterIndex, ValueIndex } from '../plan-values.ts'
import type { NodeDefinition } from './node.ts'
import { inputPort } from './ports.ts'
import { nodeBase, onlyPort } from './schema.ts'

const schema = z.strictObject({ ...nodeBase, kind: z.literal('bias'), inputs: onlyPort('input') })
export type BiasNode = z.infer<typeof schema>

/** Adds a scalar parameter [1] to every element. */
export interface BiasOperation {
  kind: 'bias'
  input: ValueIndex
  bias: ParameterIndex
  output: ValueIndex
}

export const bias: NodeDefinition<BiasNode, BiasOperation> = {
  kind: 'bias',
  schema,
  label: 'Bias',
  sentence: 'Adds one learned constant to the output.',
  computes: 'adds one learned number',
  widthInWords: 'that of its input',
  searchWords: 'intercept offset',
  group: 'layers',
  idStem: 'bias',
  fields: [],
  detail: () => 'one learned constant',
  belongsToPrediction: true,
  ports: [inputPort],
  initialSettings: () => ({ inputs: { input: [] } }),
  width: (_, [first = 0]) => first,
  operations: { bias: { reads: ['input'], parameters: ['bias'], category: 'other' } },
  lower(builder, { id }, [input = -1], width) {
    const constant = builder.weight(`${id}.bias`, [1], zeros)
    return builder.add<BiasOperation>(id, id, width, { kind: 'bias', input, bias: constant })
  },
}
