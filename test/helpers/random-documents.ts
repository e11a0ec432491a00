/**
 * Valid model documents with every kind of node and setting. Each is a function of its seed, and small, so that many
 * can be trained.
 */
import {
  MODEL_FORMAT,
  MODEL_VERSION,
  type BoundColumns,
  type ModelDocument,
  type ModelNode,
} from '../../main/model/document.ts'

export const randomColumns: BoundColumns = {
  dense: ['age', 'price in €', '__proto__'],
  sparse: [
    { name: 'user', cardinality: 11, multiValued: false },
    { name: 'item.id', cardinality: 30, multiValued: false },
    { name: 'tags', cardinality: 7, multiValued: true, meanValues: 1.5 },
    { name: 'constructor', cardinality: 5, multiValued: true },
  ],
}

/** Random numbers that are the same in every run (Park and Miller 1988). */
export class Draws {
  #state: number

  constructor(seed: number) {
    this.#state = (seed % 2147483646) + 1
    for (let round = 0; round < 8; round++) this.number()
  }

  /** In [0, 1). */
  number(): number {
    this.#state = (this.#state * 48271) % 2147483647
    return this.#state / 2147483647
  }

  /** In [low, high]. */
  int(low: number, high: number): number {
    return low + Math.floor(this.number() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.number() < probability
  }

  one<const Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.int(0, items.length - 1)] ?? items[0]
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const keys = new Map(items.map((item) => [item, this.number()]))
    return [...items].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))
  }
}

type Compression = Extract<ModelNode, { kind: 'embedding' }>['compression']

interface Vector {
  id: string
  width: number
}

const activations = ['none', 'relu', 'sigmoid', 'tanh', 'gelu'] as const
const oddIds = ['__proto__', 'constructor', 'emb_l.0', 'top:l', '-', '7', 'toString', 'a.b-c_d'] as const
const labels = ['', 'Käse 🧀 <b>&amp;', '\u202eleft', 'line\nbreak', 'x'.repeat(500)] as const
const vectorsOf = (from: Vector[]) => ({ vectors: from.map(({ id }) => id) })

/** Builds one document node by node. */
class Drawing {
  readonly nodes: ModelNode[] = []
  readonly #draws: Draws
  readonly #taken = new Set<string>()

  constructor(draws: Draws) {
    this.#draws = draws
  }

  document(name: string): ModelDocument {
    const draws = this.#draws
    const layers = draws.int(0, 4)
    let vectors = Array.from({ length: draws.int(1, 4) }, () => this.#input())
    for (let layer = 0; layer < layers; layer++) vectors = draws.shuffled([...vectors, this.#inner(vectors)])
    this.#loss(this.#prediction(vectors))
    // Some documents have a node whose value nothing reads.
    if (draws.chance(0.3)) this.#inner(vectors)
    return { format: MODEL_FORMAT, version: MODEL_VERSION, name, nodes: draws.shuffled(this.nodes) }
  }

  /** The fields that every node has. */
  #shared(): Pick<ModelNode, 'id' | 'label' | 'position'> {
    const draws = this.#draws
    const odd = draws.one(oddIds)
    const id = draws.chance(0.2) && !this.#taken.has(odd) ? odd : `node${this.#taken.size}`
    this.#taken.add(id)
    return {
      id,
      ...(draws.chance(0.2) && { label: draws.one(labels) }),
      ...(draws.chance(0.2) && { position: { x: draws.int(-1e6, 1e6), y: -draws.number() } }),
    }
  }

  #add(node: ModelNode, width: number): Vector {
    this.nodes.push(node)
    return { id: node.id, width }
  }

  #input(): Vector {
    const draws = this.#draws
    const turn = draws.number()
    if (turn < 0.25) return this.#dense(draws.int(1, randomColumns.dense.length))
    if (turn < 0.4) return this.#linearTerm()
    return this.#embedding(draws.int(1, 6))
  }

  #dense(count: number): Vector {
    const columns = this.#draws.shuffled(randomColumns.dense).slice(0, count)
    return this.#add({ ...this.#shared(), kind: 'denseInput', columns }, count)
  }

  #linearTerm(): Vector {
    const draws = this.#draws
    const dense = draws.chance(0.5) ? this.#dense(draws.int(1, 3)) : null
    const names = draws.shuffled(randomColumns.sparse.map(({ name }) => name))
    const columns = names.slice(0, draws.int(dense ? 0 : 1, names.length))
    const inputs = dense ? { dense: [dense.id] } : draws.chance(0.5) ? { dense: [] } : {}
    return this.#add({ ...this.#shared(), kind: 'linearTerm', inputs, columns }, 1)
  }

  #embedding(dimension: number): Vector {
    const draws = this.#draws
    const tableDimension = draws.chance(0.3) ? draws.int(1, 6) : undefined
    const even = (tableDimension ?? dimension) % 2 === 0
    const compressions: [Compression, ...Compression[]] = [
      { kind: 'none' },
      { kind: 'hash', rows: draws.int(1, 40) },
      {
        kind: 'quotientRemainder',
        collisions: draws.int(1, 40),
        operation: draws.one<'concat' | 'mult' | 'add'>(even ? ['concat', 'mult', 'add'] : ['mult', 'add']),
      },
    ]
    const compression = draws.one(compressions)
    const rowWeights = draws.chance(0.4) ? 'learned' : 'none'
    const pooling = rowWeights === 'learned' ? 'sum' : draws.one<'sum' | 'mean'>(['sum', 'mean'])
    const { name: column } = draws.shuffled(randomColumns.sparse)[0] ?? { name: '' }
    const settings = { column, dimension, pooling, rowWeights, compression } as const
    const table = tableDimension === undefined ? {} : { tableDimension }
    return this.#add({ ...this.#shared(), kind: 'embedding', ...settings, ...table }, dimension)
  }

  #mlp(from: Vector, last = this.#draws.int(1, 6), outputActivation = this.#draws.one(activations)): Vector {
    const draws = this.#draws
    const widths = [...Array.from({ length: draws.int(0, 2) }, () => draws.int(1, 8)), last]
    const activation = draws.one(activations)
    const dropout = draws.one([0, 0, 0.3, 0.95])
    const settings = { widths, activation, outputActivation, dropout, bias: draws.chance(0.7) }
    return this.#add({ ...this.#shared(), kind: 'mlp', inputs: { input: [from.id] }, ...settings }, last)
  }

  #inner(vectors: Vector[]): Vector {
    const draws = this.#draws
    const from = draws.shuffled(vectors)[0] ?? this.#dense(1)
    const input = { inputs: { input: [from.id] } }
    const kinds = ['mlp', 'cross', 'bias', 'activation', 'concat', 'sum', 'dot', 'fm', 'bi'] as const
    switch (draws.one(kinds)) {
      case 'mlp':
        return this.#mlp(from)
      case 'cross': {
        const version = draws.one(['v1', 'v2', 'v2LowRank'])
        const rank = version === 'v2LowRank' ? { rank: draws.int(1, 4) } : {}
        return this.#add(
          { ...this.#shared(), kind: 'cross', ...input, version, layers: draws.int(1, 3), ...rank },
          from.width,
        )
      }
      case 'bias':
        return this.#add({ ...this.#shared(), kind: 'bias', ...input }, from.width)
      case 'activation':
        return this.#add(
          { ...this.#shared(), kind: 'activation', ...input, activation: draws.one(activations) },
          from.width,
        )
      case 'concat': {
        const some = draws.shuffled(vectors).slice(0, draws.int(1, 4))
        const width = some.reduce((total, vector) => total + vector.width, 0)
        return this.#add({ ...this.#shared(), kind: 'concat', inputs: vectorsOf(some) }, width)
      }
      case 'sum': {
        const alike = this.#alike(from, vectors)
        return this.#add({ ...this.#shared(), kind: 'sum', inputs: vectorsOf(alike) }, from.width)
      }
      case 'fm':
        return this.#add(
          { ...this.#shared(), kind: 'factorizationMachine', inputs: vectorsOf(this.#alike(from, vectors)) },
          1,
        )
      case 'bi': {
        const inputs = vectorsOf(this.#alike(from, vectors))
        return this.#add({ ...this.#shared(), kind: 'biInteraction', inputs }, from.width)
      }
      case 'dot':
        return this.#dot(this.#alike(from, vectors))
    }
  }

  /** `from`, the values of the same width, and some that are converted to it; sometimes the same value twice. */
  #alike(from: Vector, vectors: Vector[]): Vector[] {
    const draws = this.#draws
    const same = vectors.filter(({ id, width }) => id !== from.id && width === from.width)
    const made = Array.from({ length: draws.int(0, 2) }, () => this.#embedding(from.width))
    const again = draws.chance(0.2) ? [from] : []
    return [from, ...same, ...made, ...again]
  }

  #dot(from: Vector[]): Vector {
    const draws = this.#draws
    const includeSelf = draws.chance(0.5)
    const keepFirst = (from.length === 1 && !includeSelf) || draws.chance(0.5)
    const pairs = (from.length * (from.length + (includeSelf ? 1 : -1))) / 2
    const settings = { inputs: vectorsOf(from), includeSelf, keepFirst }
    const width = pairs + (keepFirst ? (from[0]?.width ?? 0) : 0)
    return this.#add({ ...this.#shared(), kind: 'dotInteraction', ...settings }, width)
  }

  /** A probability of width 1 to which everything leads. */
  #prediction(vectors: Vector[]): Vector {
    const draws = this.#draws
    const width = vectors.reduce((total, vector) => total + vector.width, 0)
    const all = this.#add({ ...this.#shared(), kind: 'concat', inputs: vectorsOf(vectors) }, width)
    if (draws.chance(0.6)) return this.#mlp(all, 1, 'sigmoid')
    const input = [this.#mlp(all, 1).id]
    return this.#add({ ...this.#shared(), kind: 'activation', inputs: { input }, activation: 'sigmoid' }, 1)
  }

  #loss(prediction: Vector): void {
    const draws = this.#draws
    const loss = draws.one(['bce', 'weightedBce', 'mse'])
    const settings = { inputs: { prediction: [prediction.id] }, loss, clamp: draws.one([0, 0, 1e-7, 0.4]) }
    const weights: [number, number] = [draws.number(), 2 * draws.number()]
    const weighted = loss === 'weightedBce' || draws.chance(0.2) ? { weights } : {}
    this.#add({ ...this.#shared(), kind: 'loss', ...settings, ...weighted }, 1)
  }
}

/** The document of a seed. It is valid for randomColumns, with warnings at most. */
export function randomDocument(seed: number): ModelDocument {
  return new Drawing(new Draws(seed)).document(`random ${seed}`)
}
