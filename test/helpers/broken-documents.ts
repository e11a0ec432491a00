/** Ways to break a valid model document, each with the node and field at which the mistake has to be reported. */
import type { ModelDocument, ModelNode } from '../../main/model/document.ts'
import { portsOf, sourcesOf } from '../../main/model/graph.ts'
import type { Draws } from './random-documents.ts'

export interface Broken {
  document: unknown
  /** null stands for the document as a whole. */
  node: string | null
  field: string | null
  /** A text that the message has to contain. */
  reason: RegExp
}

type Break = (document: ModelDocument, draws: Draws) => Broken | null
type Of<Kind extends ModelNode['kind']> = Extract<ModelNode, { kind: Kind }>

/** A random node to which a way of breaking applies. */
function some<Found extends ModelNode>(
  { nodes }: ModelDocument,
  draws: Draws,
  suits: (node: ModelNode) => node is Found,
): Found | null {
  return draws.shuffled(nodes.filter(suits))[0] ?? null
}

const isA =
  <Kind extends ModelNode['kind']>(...kinds: Kind[]) =>
  (node: ModelNode): node is Of<Kind> =>
    (kinds as string[]).includes(node.kind)
const reads = (node: ModelNode): node is ModelNode => sourcesOf(node).length > 0 && node.kind !== 'linearTerm'
/** The port that a node reads. */
const portOf = (node: ModelNode) => portsOf(node)[0] ?? { name: '', sources: [] as string[] }
const lossOf = ({ nodes }: ModelDocument) => nodes.find((node) => node.kind === 'loss')

/** Changes a setting of a random node to a value that is not allowed. */
function setting<Kind extends ModelNode['kind']>(
  kind: Kind,
  change: (node: Of<Kind>) => object | null,
  field: string | null,
  reason: RegExp,
): Break {
  return (document, draws) => {
    const node = some(document, draws, isA(kind))
    const changed = node && change(node)
    if (!node || !changed) return null
    Object.assign(node, changed)
    return { document, node: node.id, field, reason }
  }
}

/** Adds a source to the port of a random node. */
function extraSource(
  suits: (node: ModelNode) => node is ModelNode,
  source: string | null,
  reason: RegExp,
): Break {
  return (document, draws) => {
    const node = some(document, draws, suits)
    if (!node) return null
    const { name, sources } = portOf(node)
    sources.push(source ?? node.id)
    return { document, node: node.id, field: `inputs.${name}`, reason }
  }
}

const manyPorts = (node: ModelNode): node is ModelNode =>
  ['concat', 'sum', 'dotInteraction', 'factorizationMachine'].includes(node.kind)

export const breaks: Record<string, Break> = {
  'nothing connected': (document, draws) => {
    const node = some(document, draws, reads)
    if (!node) return null
    const { name, sources } = portOf(node)
    sources.length = 0
    return { document, node: node.id, field: `inputs.${name}`, reason: /Nothing is connected/ }
  },
  'an unknown source': extraSource(manyPorts, 'nobody', /no node.*nobody/),
  'a loss as a source': (document, draws) => {
    const loss = lossOf(document)
    return loss ? extraSource(manyPorts, loss.id, /is a loss/)(document, draws) : null
  },
  'too many sources': (document, draws) => {
    const node = some(document, draws, isA('mlp', 'cross', 'bias', 'activation'))
    if (!node) return null
    node.inputs.input.push(...node.inputs.input)
    return { document, node: node.id, field: 'inputs.input', reason: /accepts one node but has 2/ }
  },
  'a loop of one': (document, draws) => {
    const node = some(document, draws, manyPorts)
    if (!node) return null
    portOf(node).sources.push(node.id)
    return { document, node: node.id, field: 'inputs', reason: /cycle/ }
  },
  'an id twice': (document) => {
    const [first] = document.nodes
    if (!first) return null
    document.nodes.push(structuredClone(first))
    return { document, node: first.id, field: 'id', reason: /Several nodes have the id/ }
  },
  'no loss': (document) => {
    document.nodes = document.nodes.filter(({ kind }) => kind !== 'loss')
    return { document, node: null, field: 'nodes', reason: /no loss/ }
  },
  'two losses': (document) => {
    const loss = lossOf(document)
    if (!loss) return null
    document.nodes.push({ ...structuredClone(loss), id: 'second-loss' })
    return { document, node: 'second-loss', field: 'kind', reason: /already has the loss/ }
  },
  'an unknown dense column': setting('denseInput', () => ({ columns: ['nowhere'] }), 'columns', /nowhere/),
  'a sparse column as dense': setting(
    'denseInput',
    () => ({ columns: ['user'] }),
    'columns',
    /use an embedding/,
  ),
  'a dense column as sparse': setting('embedding', () => ({ column: 'age' }), 'column', /use a dense input/),
  'an unknown table column': setting('embedding', () => ({ column: 'nowhere' }), 'column', /nowhere/),
  'a column twice': setting('denseInput', () => ({ columns: ['age', 'age'] }), 'columns', /several times/),
  'learned weights of a mean': setting(
    'embedding',
    () => ({ rowWeights: 'learned', pooling: 'mean' }),
    'pooling',
    /sum pooling/,
  ),
  'halves of an odd width': setting(
    'embedding',
    () => ({
      rowWeights: 'none',
      tableDimension: 3,
      compression: { kind: 'quotientRemainder', collisions: 2, operation: 'concat' },
    }),
    'tableDimension',
    /is odd/,
  ),
  'low rank without a rank': setting(
    'cross',
    (node) => {
      delete node.rank
      return { version: 'v2LowRank' }
    },
    'rank',
    /rank/,
  ),
  'weighted without weights': setting(
    'loss',
    (node) => {
      delete node.weights
      return { loss: 'weightedBce' }
    },
    'weights',
    /weights/,
  ),
  'widths that differ': (document, draws) => {
    const node = some(document, draws, isA('sum', 'dotInteraction', 'factorizationMachine'))
    if (!node) return null
    document.nodes.push({
      id: 'wide',
      kind: 'embedding',
      column: 'user',
      dimension: 4001,
      pooling: 'sum',
      rowWeights: 'none',
      compression: { kind: 'none' },
    })
    node.inputs.vectors.push('wide')
    return { document, node: node.id, field: 'inputs.vectors', reason: /same width/ }
  },
  'a prediction that is wide': (document) => {
    const loss = lossOf(document)
    if (loss?.kind !== 'loss') return null
    const [prediction = ''] = loss.inputs.prediction
    document.nodes.push({ id: 'both', kind: 'concat', inputs: { vectors: [prediction, prediction] } })
    loss.inputs.prediction = ['both']
    return { document, node: loss.id, field: 'inputs.prediction', reason: /width|wide/ }
  },
  // From here on the schema refuses the documents.
  'a setting out of range': setting('mlp', () => ({ dropout: 1 }), 'dropout', /./),
  'a layer of no width': setting('mlp', () => ({ widths: [4, 0] }), 'widths.1', /./),
  'a text for a number': setting('embedding', () => ({ dimension: '16' }), 'dimension', /./),
  'a number that is none': setting('embedding', () => ({ dimension: null }), 'dimension', /./),
  'an unknown setting': setting('activation', () => ({ surprise: 1 }), null, /surprise/),
  'an unknown choice': setting('activation', () => ({ activation: 'swish' }), 'activation', /./),
  'an id with a blank': setting('loss', () => ({ id: 'a b' }), 'id', /letters, digits/),
  'an unknown kind': setting('bias', () => ({ kind: 'attention' }), 'kind', /./),
  'a newer version': (document) => ({
    document: { ...document, version: 2 },
    node: null,
    field: 'version',
    reason: /newer version/,
  }),
}
