/** Small models that together have every kind of work in several sizes. A calibration measures them. */
import type { OptimizerKind } from '../../model/costs.ts'
import {
  MODEL_FORMAT,
  MODEL_VERSION,
  type BoundColumns,
  type ModelDocument,
  type ModelNode,
  type NodeKind,
} from '../../model/document.ts'
import { addNode, connect, inputPort } from '../../model/editing/edits.ts'
import { newNode } from '../../model/editing/new-node.ts'
import { nodeDefinitions } from '../../model/kinds/index.ts'

export interface CalibrationModel {
  document: ModelDocument
  columns: BoundColumns
  indicesPerLookup: number
  /** One model is measured with each of these optimizers. */
  batchSizes: number[]
  optimizers: OptimizerKind[]
}

type Node<Kind extends ModelNode['kind']> = Extract<ModelNode, { kind: Kind }>

const column = (index: number) => `column_${index}`

const denseInput = (width: number): ModelNode => ({
  id: 'dense',
  kind: 'denseInput',
  columns: Array.from({ length: width }, (_, index) => `dense_${index}`),
})

function tables(count: number, dimension: number, more: Partial<Node<'embedding'>> = {}): ModelNode[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `table_${index}`,
    kind: 'embedding',
    column: column(index),
    dimension,
    pooling: 'sum',
    rowWeights: 'none',
    compression: { kind: 'none' },
    ...more,
  }))
}

const idsOf = (nodes: ModelNode[]) => nodes.map(({ id }) => id)

function mlp(id: string, input: string, widths: number[], more: Partial<Node<'mlp'>> = {}): ModelNode {
  return {
    id,
    kind: 'mlp',
    inputs: { input: [input] },
    widths,
    activation: 'relu',
    outputActivation: 'relu',
    dropout: 0,
    bias: true,
    ...more,
  }
}

/** A last layer, its sigmoid and the loss. */
const ending = (input: string): ModelNode[] => [
  mlp('prediction', input, [1], { outputActivation: 'sigmoid' }),
  { id: 'loss', kind: 'loss', inputs: { prediction: ['prediction'] }, loss: 'bce', clamp: 0 },
]

interface Extent {
  rows?: number
  batchSizes: number[]
  optimizers?: OptimizerKind[]
  indicesPerLookup?: number
}

function model(
  name: string,
  nodes: ModelNode[],
  { rows = 1000, batchSizes, optimizers = ['sgd'], indicesPerLookup = 1 }: Extent,
): CalibrationModel {
  const bags = nodes.filter(({ kind }) => kind === 'embedding').length
  const dense = nodes.find((node) => node.kind === 'denseInput')
  return {
    document: { format: MODEL_FORMAT, version: MODEL_VERSION, name, nodes },
    columns: {
      dense: dense?.columns ?? [],
      sparse: Array.from({ length: bags }, (_, index) => ({
        name: column(index),
        cardinality: rows,
        multiValued: indicesPerLookup > 1,
      })),
    },
    batchSizes,
    optimizers,
    indicesPerLookup,
  }
}

const ALL: OptimizerKind[] = ['sgd', 'adagrad', 'rowWiseAdagrad', 'adam']

function layers(
  name: string,
  inputs: number,
  widths: number[],
  extent: Extent,
  more: Partial<Node<'mlp'>> = {},
) {
  return model(name, [denseInput(inputs), mlp('layers', 'dense', widths, more), ...ending('layers')], extent)
}

/** Tables whose rows are reused after a short or a long distance, with little other work. */
function lookups(count: number, dimension: number, rows: number, extent: Extent) {
  const bags = tables(count, dimension)
  const sum: ModelNode = { id: 'sum', kind: 'sum', inputs: { vectors: idsOf(bags) } }
  return model(`${count} tables of ${rows} x ${dimension}`, [...bags, sum, ...ending('sum')], {
    ...extent,
    rows,
  })
}

/**
 * Tables and layers in turns, as in real models. Each evicts the other from the caches and takes the processor's
 * threads, so that it is slower than alone.
 */
function whole(batchSizes: number[]): CalibrationModel {
  const bags = tables(26, 16)
  const nodes: ModelNode[] = [
    ...[denseInput(13), mlp('bottom', 'dense', [512, 256, 64, 16]), ...bags],
    { id: 'features', kind: 'concat', inputs: { vectors: ['bottom', ...idsOf(bags)] } },
    mlp('top', 'features', [512, 256]),
  ]
  return model('whole', [...nodes, ...ending('top')], { rows: 20_000, batchSizes })
}

function interactions(): CalibrationModel[] {
  const batchSizes = [64, 512, 2048]
  const dot = (count: number, dimension: number, includeSelf: boolean) => {
    const bags = tables(count, dimension)
    const vectors = ['bottom', ...idsOf(bags)]
    const nodes: ModelNode[] = [
      ...[denseInput(13), mlp('bottom', 'dense', [dimension]), ...bags],
      { id: 'dot', kind: 'dotInteraction', inputs: { vectors }, includeSelf, keepFirst: true },
    ]
    return model(`dot of ${count + 1}`, [...nodes, ...ending('dot')], { batchSizes })
  }
  const cross = (version: Node<'cross'>['version'], width: number, count: number) => {
    const bags = tables(count, width / count)
    const nodes: ModelNode[] = [
      ...bags,
      { id: 'features', kind: 'concat', inputs: { vectors: idsOf(bags) } },
      {
        id: 'cross',
        kind: 'cross',
        inputs: { input: ['features'] },
        version,
        layers: 2,
        ...(version === 'v2LowRank' && { rank: 32 }),
      },
    ]
    return model(`cross ${version} of ${width}`, [...nodes, ...ending('cross')], { batchSizes })
  }
  const machine = (count: number, dimension: number) => {
    const bags = tables(count, dimension)
    const nodes: ModelNode[] = [
      ...[denseInput(8), ...bags],
      { id: 'machine', kind: 'factorizationMachine', inputs: { vectors: idsOf(bags) } },
      {
        id: 'linear',
        kind: 'linearTerm',
        inputs: { dense: ['dense'] },
        columns: bags.map((_, index) => column(index)),
      },
      { id: 'both', kind: 'sum', inputs: { vectors: ['machine', 'linear'] } },
      { id: 'shift', kind: 'bias', inputs: { input: ['both'] } },
      { id: 'prediction', kind: 'activation', inputs: { input: ['shift'] }, activation: 'sigmoid' },
      { id: 'loss', kind: 'loss', inputs: { prediction: ['prediction'] }, loss: 'bce', clamp: 0 },
    ]
    return model(`machine of ${count}`, nodes, { batchSizes })
  }
  const joined = (count: number, dimension: number) => {
    const bags = tables(count, dimension)
    const nodes: ModelNode[] = [
      ...[denseInput(16), ...bags],
      { id: 'features', kind: 'concat', inputs: { vectors: ['dense', ...idsOf(bags)] } },
      mlp('deep', 'features', [64, 32], { dropout: 0.2, activation: 'gelu', outputActivation: 'tanh' }),
      { id: 'again', kind: 'concat', inputs: { vectors: ['features', 'deep'] } },
      { id: 'sigmoid', kind: 'activation', inputs: { input: ['again'] }, activation: 'sigmoid' },
      { id: 'tanh', kind: 'activation', inputs: { input: ['sigmoid'] }, activation: 'tanh' },
      { id: 'gelu', kind: 'activation', inputs: { input: ['tanh'] }, activation: 'gelu' },
      { id: 'relu', kind: 'activation', inputs: { input: ['gelu'] }, activation: 'relu' },
    ]
    return model(`joined ${count}`, [...nodes, ...ending('relu')], { batchSizes })
  }
  return [
    ...[dot(8, 16, false), dot(26, 16, true), dot(26, 64, false)],
    ...[cross('v1', 416, 26), cross('v1', 64, 8), cross('v2', 416, 26), cross('v2LowRank', 256, 16)],
    ...[machine(8, 8), machine(26, 16), joined(6, 8), joined(26, 16)],
  ]
}

/**
 * Models of the kinds of nodes that none of `models` has, with their initial settings, so that a new kind is measured
 * without being named here.
 */
export function modelsOfUnmeasuredKinds(models: readonly CalibrationModel[]): CalibrationModel[] {
  const measured = new Set(models.flatMap(({ document }) => document.nodes.map(({ kind }) => kind)))
  return nodeDefinitions
    .filter(({ kind }) => !measured.has(kind))
    .flatMap(({ kind }) => [alone(kind, 8, 8), alone(kind, 26, 16)])
}

/** A node of this kind that reads as many tables as its port takes. */
function alone(kind: NodeKind, count: number, dimension: number): CalibrationModel {
  const bags = tables(count, dimension)
  const made = model(`${kind} of ${count}`, bags, { batchSizes: [64, 512, 2048] })
  const node = newNode(kind, made.document, made.columns)
  const read = inputPort(node)?.maximum === 1 ? idsOf(bags).slice(0, 1) : idsOf(bags)
  const withInputs = read.reduce(
    (document, source) => connect(document, source, node.id),
    addNode(made.document, node),
  )
  return { ...made, document: { ...withInputs, nodes: [...withInputs.nodes, ...ending(node.id)] } }
}

export function calibrationModels(): CalibrationModel[] {
  const models = chosenModels()
  return [...models, ...modelsOfUnmeasuredKinds(models)]
}

function chosenModels(): CalibrationModel[] {
  const batchSizes = [32, 128, 512, 2048]
  return [
    layers('bottom', 13, [512, 256, 64, 16], { batchSizes, optimizers: ALL }),
    layers('square', 512, [1024, 1024, 256], {
      batchSizes,
      optimizers: ['sgd', 'adagrad', 'adam'],
    }),
    layers('odd', 100, [128, 40, 200, 24], { batchSizes }),
    layers('wide', 1000, [64, 300], { batchSizes: [64, 256, 1024] }),
    ...(['gelu', 'tanh', 'sigmoid'] as const).map((activation) =>
      layers(
        activation,
        64,
        [192, 100],
        { batchSizes: [128, 1024] },
        { activation, outputActivation: activation },
      ),
    ),
    ...(
      [
        [300, 40],
        [24, 500],
      ] as const
    ).map((widths) => layers('dropout', 32, [...widths], { batchSizes: [64, 2048] }, { dropout: 0.2 })),
    lookups(26, 16, 60, { batchSizes: [128, 2048], optimizers: ALL }),
    lookups(8, 64, 200, { batchSizes: [128, 2048], optimizers: ALL }),
    lookups(9, 16, 800, { batchSizes: [256], optimizers: ALL }),
    lookups(12, 4, 3000, { batchSizes: [512], optimizers: ALL }),
    lookups(8, 64, 4000, { batchSizes: [128, 2048], optimizers: ALL }),
    lookups(26, 16, 40_000, { batchSizes: [128, 2048], optimizers: ALL }),
    lookups(8, 64, 100_000, { batchSizes: [128, 2048], optimizers: ALL }),
    lookups(16, 8, 500_000, { batchSizes: [2048], optimizers: ALL }),
    lookups(4, 32, 20_000, { batchSizes: [128, 1024], indicesPerLookup: 30 }),
    lookups(4, 64, 200_000, { batchSizes: [1024], indicesPerLookup: 40, optimizers: ['sgd', 'adagrad'] }),
    ...interactions(),
    whole([64, 128, 256, 512, 1024, 2048]),
  ]
}
