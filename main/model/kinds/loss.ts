/** Loss: the training objective, which ends every model. */
import { z } from 'zod'
import type { PlanLoss } from '../../../native/generated/engine.ts'
import type { ValueIndex } from '../plan-values.ts'
import { choices } from './field.ts'
import type { NodeDefinition, NodeInput, NodeProblems } from './node.ts'
import { nodeBase, onlyPort } from './schema.ts'

export const lossSettings = {
  loss: z.enum(['bce', 'weightedBce', 'mse']),
  /** Limits predictions to [clamp, 1 - clamp]; 0 means no limit. */
  clamp: z.number().min(0).lt(0.5),
  /** For weightedBce: the weights of label 0 and label 1. */
  weights: z.tuple([z.number().min(0), z.number().min(0)]).optional(),
}

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('loss'),
  inputs: onlyPort('prediction'),
  ...lossSettings,
})
export type LossNode = z.infer<typeof schema>

export const isLoss = (node: { kind: string }): node is LossNode => node.kind === 'loss'

export function planLoss({ loss, clamp, weights }: LossNode, prediction: ValueIndex): PlanLoss {
  return { kind: loss, prediction, clamp, weights: weights ?? [1, 1] }
}

/** Their names inside a sentence. */
const lossNames: Record<LossNode['loss'], string> = {
  bce: 'binary cross-entropy',
  weightedBce: 'weighted binary cross-entropy',
  mse: 'mean squared error',
}
export const lossChoices = choices(lossNames)

const weighted = { path: 'loss', is: 'weightedBce' }

export const loss: NodeDefinition<LossNode> = {
  kind: 'loss',
  schema,
  label: 'Loss',
  sentence: 'The training objective. Every model ends with one.',
  computes:
    'bce, weightedBce with the weights of labels 0 and 1, or mse; clamp t limits predictions to t … 1 − t',
  widthInWords: '',
  searchWords: 'objective bce mse cross entropy output',
  group: 'output',
  idStem: 'loss',
  fields: [
    {
      path: 'loss',
      name: 'Loss',
      hint: 'Use cross-entropy for labels 0 and 1.',
      control: 'choice',
      options: lossChoices,
    },
    {
      path: 'clamp',
      name: 'Clamp',
      hint: 'Keeps predictions this far from 0 and 1; 0 turns it off.',
      control: 'number',
      limits: { minimum: 0, maximum: 0.499 },
    },
    {
      path: 'weights.0',
      name: 'Weight of label 0',
      hint: 'Multiplies the loss of rows with label 0.',
      when: weighted,
      control: 'number',
      limits: { minimum: 0 },
    },
    {
      path: 'weights.1',
      name: 'Weight of label 1',
      hint: 'Multiplies the loss of rows with label 1.',
      when: weighted,
      control: 'number',
      limits: { minimum: 0 },
    },
  ],
  corrections: { weights: { text: 'Set both weights to 1', path: 'weights.0', to: 1 } },
  detail: (node) => lossNames[node.loss],
  paperLabel: () => 'Prediction',
  ports: [{ name: 'prediction', minimum: 1, maximum: 1 }],
  endsModel: true,
  initialSettings: () => ({ inputs: { prediction: [] }, loss: 'bce', clamp: 0 }),
  completeSettings({ weights, ...rest }) {
    if (rest.loss !== 'weightedBce') return rest
    const given = (weights ?? []) as Record<number, unknown>
    return { ...rest, weights: [given[0] ?? 1, given[1] ?? 1] }
  },
  width: () => 1,
  checkInputs,
  unusedSettings: (node) =>
    node.weights && node.loss !== 'weightedBce'
      ? [['weights', `only the loss weightedBce uses weights, but this one is ${node.loss}`]]
      : [],
  operations: {},
  lower: (_, __, [prediction = -1]) => prediction,
}

function checkInputs(node: LossNode, [source]: readonly NodeInput[], problems: NodeProblems): void {
  const width = source?.width ?? 0
  if (width !== 1)
    problems.error(
      'inputs.prediction',
      `A prediction has width 1, but '${source?.name}' has ${width}: add an MLP of width 1.`,
    )
  if (node.loss === 'weightedBce' && !node.weights)
    problems.error('weights', 'A weighted loss needs the weights of label 0 and label 1: set them.')
  if (node.loss !== 'mse' && !source?.outputsProbability)
    problems.error(
      'inputs.prediction',
      `This loss needs a probability, but '${source?.name}' can output any number: add a sigmoid, or use the mse loss.`,
    )
}
