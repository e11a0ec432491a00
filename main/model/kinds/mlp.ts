/** MLP: fully connected layers. */
import { z } from 'zod'
import { biasInitializer, weightInitializer } from '../initializers.ts'
import type { ParameterIndex, ValueIndex } from '../plan-values.ts'
import { activation, activationChoices, activationNames, type Activation } from './activations.ts'
import { layerCosts, layerWork } from './layer-costs.ts'
import type { Lowering, NodeDefinition } from './node.ts'
import { inputPort } from './ports.ts'
import { nodeBase, onlyPort, width } from './schema.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('mlp'),
  inputs: onlyPort('input'),
  /** Output width of each layer. */
  widths: z.array(width).min(1).max(100),
  activation,
  /** The last layer's activation. */
  outputActivation: activation,
  /** Probability of dropping an element after each hidden layer's activation. */
  dropout: z.number().min(0).lt(1),
  bias: z.boolean(),
})
export type MlpNode = z.infer<typeof schema>

/** output = activation(input · weightᵀ + bias); weight [out, in], bias [out]. */
export interface LinearOperation {
  kind: 'linear'
  input: ValueIndex
  weight: ParameterIndex
  bias: ParameterIndex | null
  activation: Activation
  output: ValueIndex
}

/** In training only: sets an element to zero with probability `rate`, otherwise scales it by 1/(1-rate). */
export interface DropoutOperation {
  kind: 'dropout'
  input: ValueIndex
  rate: number
  output: ValueIndex
}

export const mlp: NodeDefinition<MlpNode, LinearOperation | DropoutOperation> = {
  kind: 'mlp',
  schema,
  label: 'MLP',
  sentence: 'Fully connected layers (multilayer perceptron).',
  computes: 'layers with activation, the last with outputActivation; dropout after the hidden ones',
  widthInWords: 'the last of widths',
  searchWords: 'perceptron dense linear deep tower feed forward',
  group: 'layers',
  idStem: 'mlp',
  fields: [
    { path: 'widths', name: 'Layers', hint: 'Width of each layer, e.g. 512-256-1.', control: 'widths' },
    {
      path: 'activation',
      name: 'Activation',
      hint: 'Applied after every layer except the last.',
      control: 'choice',
      options: activationChoices,
    },
    {
      path: 'outputActivation',
      name: 'Output activation',
      hint: 'Applied after the last layer.',
      control: 'choice',
      options: activationChoices,
    },
    {
      path: 'dropout',
      name: 'Dropout',
      hint: 'Fraction of hidden values dropped during training.',
      control: 'number',
      limits: { minimum: 0, maximum: 0.99 },
      unit: '0 to 1',
    },
    { path: 'bias', name: 'Bias', hint: 'Adds a learned bias to each output.', control: 'check' },
  ],
  detail(node) {
    const dropout = node.dropout > 0 ? `, dropout ${node.dropout}` : ''
    const last =
      node.outputActivation === node.activation ? '' : `, ${activationNames[node.outputActivation]}`
    const hidden = node.widths.length > 1 || last === '' ? `, ${activationNames[node.activation]}` : ''
    return `${node.widths.join('-')}${hidden}${last}${dropout}`
  },
  paperLabel({ widths, activation: hidden }, source) {
    if (widths.length === 1 && hidden === 'none') return 'Projection'
    if (widths.length === 1 && widths[0] === 1) return 'Output layer'
    if (source?.kind === 'denseInput') return 'Bottom MLP'
    return source?.kind === 'dotInteraction' ? 'Top MLP' : 'MLP'
  },
  ports: [inputPort],
  initialSettings: () => ({
    inputs: { input: [] },
    widths: [64, 16],
    activation: 'relu',
    outputActivation: 'relu',
    dropout: 0,
    bias: true,
  }),
  width: ({ widths }) => widths.at(-1) ?? 0,
  outputsProbability: ({ outputActivation }) => outputActivation === 'sigmoid',
  unusedSettings: ({ dropout, widths }) =>
    dropout > 0 && widths.length === 1
      ? [['dropout', 'dropout applies after hidden layers, but this MLP has none']]
      : [],
  operations: {
    linear: {
      reads: ['input'],
      parameters: ['weight', 'bias'],
      updatedInPass: ['weight'],
      category: 'fullyConnected',
      namedAfter: 'weight',
      costs: layerCosts,
      work: layerWork,
    },
    dropout: { reads: ['input'], parameters: [], category: 'fullyConnected' },
  },
  lower: lowerMlp,
}

/**
 * Layer k has the parameters `<id>.<2k>.weight` and `.bias`, because a sequence of layers and activations is numbered
 * that way.
 */
function lowerMlp(builder: Lowering, node: MlpNode, [input = -1]: ValueIndex[]): ValueIndex {
  let value = input
  node.widths.forEach((output, layer) => {
    const last = layer === node.widths.length - 1
    const name = `${node.id}.${2 * layer}`
    const inputs = builder.widthOf(value)
    const weight = builder.weight(`${name}.weight`, [output, inputs], weightInitializer(output, inputs))
    const bias = node.bias ? builder.weight(`${name}.bias`, [output], biasInitializer(output)) : null
    value = builder.add<LinearOperation>(node.id, last ? node.id : name, output, {
      kind: 'linear',
      input: value,
      weight,
      bias,
      activation: last ? node.outputActivation : node.activation,
    })
    if (node.dropout > 0 && !last)
      value = builder.add<DropoutOperation>(node.id, `${name}.dropout`, output, {
        kind: 'dropout',
        input: value,
        rate: node.dropout,
      })
  })
  return value
}
