/** Activation: a function of each element. */
import { z } from 'zod'
import type { ValueIndex } from '../plan-values.ts'
import {
  activation as activationName,
  activationChoices,
  activationNames,
  type Activation,
} from './activations.ts'
import type { NodeDefinition } from './node.ts'
import { streamingWork } from './operation.ts'
import { inputPort } from './ports.ts'
import { nodeBase, onlyPort } from './schema.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('activation'),
  inputs: onlyPort('input'),
  activation: activationName,
})
export type ActivationNode = z.infer<typeof schema>

export interface ActivationOperation {
  kind: 'activation'
  input: ValueIndex
  activation: Activation
  output: ValueIndex
}

export const activation: NodeDefinition<ActivationNode, ActivationOperation> = {
  kind: 'activation',
  schema,
  label: 'Activation',
  sentence: 'Applies an activation function: ReLU, sigmoid, tanh or GELU.',
  computes: 'none, relu, sigmoid, tanh or gelu of each element',
  widthInWords: 'that of its input',
  searchWords: 'nonlinearity',
  group: 'layers',
  idStem: 'activation',
  fields: [
    {
      path: 'activation',
      name: 'Activation',
      hint: 'Function applied to each value.',
      control: 'choice',
      options: activationChoices,
    },
  ],
  detail: (node) => activationNames[node.activation],
  belongsToPrediction: true,
  ports: [inputPort],
  initialSettings: () => ({ inputs: { input: [] }, activation: 'sigmoid' }),
  width: (_, [first = 0]) => first,
  outputsProbability: (node) => node.activation === 'sigmoid',
  operations: {
    activation: {
      reads: ['input'],
      parameters: [],
      category: 'fullyConnected',
      work: (operation, size, batch) =>
        streamingWork('activation', size, batch, (phase) => ({
          [`activation.${operation.activation}.${phase}`]: batch * size.output,
        })),
    },
  },
  lower: (builder, node, [input = -1], width) =>
    builder.add<ActivationOperation>(node.id, node.id, width, {
      kind: 'activation',
      input,
      activation: node.activation,
    }),
}
