import { describe, expect, it } from 'vitest'
import { checkDocument } from './check.ts'
import type { BoundColumns, ModelDocument, ModelNode } from './document.ts'
import { presetDocument, presetNames } from './presets/index.ts'

const columns: BoundColumns = {
  dense: ['age', 'year'],
  sparse: [
    { name: 'user', cardinality: 10, multiValued: false },
    { name: 'genres', cardinality: 20, multiValued: true },
  ],
}

/** The dlrm preset with some nodes' fields changed. */
function changed(changes: Record<string, object>, extra: ModelNode[] = []): ModelDocument {
  const document = presetDocument('dlrm', columns)
  const nodes = document.nodes.map((node) => ({ ...node, ...changes[node.id] }))
  return { ...document, nodes: [...nodes, ...extra] }
}

function problemsOf(document: ModelDocument) {
  return checkDocument(document, columns).problems
}

describe('checkDocument', () => {
  it.each([...presetNames])('finds nothing wrong with the preset %s', (name) => {
    expect(problemsOf(presetDocument(name, columns))).toEqual([])
  })

  const sum = (id: string, vectors: string[]): ModelNode => ({ id, kind: 'sum', inputs: { vectors } })

  it.each<[string, ModelDocument, string | null, string, RegExp]>([
    ['two nodes of one id', changed({}, [sum('top_l', ['bot_l'])]), 'top_l', 'id', /rename/],
    [
      'a missing source',
      changed({ top_l: { inputs: { input: ['ghost'] } } }),
      'top_l',
      'inputs.input',
      /'ghost'/,
    ],
    [
      'an empty port',
      changed({ top_l: { inputs: { input: [] } } }),
      'top_l',
      'inputs.input',
      /connect a node/,
    ],
    [
      'two inputs where one goes',
      changed({ top_l: { inputs: { input: ['bot_l', 'bot_l'] } } }),
      'top_l',
      'inputs.input',
      /accepts one/,
    ],
    [
      'a loss used as input',
      changed({}, [sum('after', ['loss'])]),
      'after',
      'inputs.vectors',
      /has no output/,
    ],
    [
      'unequal widths',
      changed({ 'emb_l.1': { dimension: 8 } }),
      'interaction',
      'inputs.vectors',
      /16 wide are bot_l, user; 8 wide is genres/,
    ],
    [
      'an unknown column',
      changed({ 'emb_l.0': { column: 'item' } }),
      'emb_l.0',
      'column',
      /no sparse column 'item'/,
    ],
    [
      'a sparse column as a dense one',
      changed({ dense: { columns: ['user'] } }),
      'dense',
      'columns',
      /is a sparse column/,
    ],
    ['a wide prediction', changed({ top_l: { widths: [4, 2] } }), 'loss', 'inputs.prediction', /has 2/],
    [
      'bce without a probability',
      changed({ top_l: { outputActivation: 'none' } }),
      'loss',
      'inputs.prediction',
      /sigmoid/,
    ],
    [
      'weighted bce without weights',
      changed({ loss: { loss: 'weightedBce' } }),
      'loss',
      'weights',
      /set them/,
    ],
    [
      'learned weights with mean pooling',
      changed({ 'emb_l.0': { rowWeights: 'learned', pooling: 'mean' } }),
      'emb_l.0',
      'pooling',
      /sum pooling/,
    ],
    [
      'parameters of one name',
      changed({}, [
        {
          id: 'top_l.0',
          kind: 'mlp',
          inputs: { input: ['bot_l'] },
          widths: [16],
          activation: 'relu',
          outputActivation: 'relu',
          dropout: 0,
          bias: true,
        },
        {
          id: 'top_l.0.0',
          kind: 'embedding',
          column: 'user',
          dimension: 4,
          pooling: 'sum',
          rowWeights: 'none',
          compression: { kind: 'none' },
        },
      ]),
      'top_l.0',
      'id',
      /top_l\.0\.0\.weight/,
    ],
  ])('reports %s with the node, the field and what to do', (_, document, node, field, message) => {
    expect(problemsOf(document)).toContainEqual({
      severity: 'error',
      node,
      field,
      message: expect.stringMatching(message) as string,
    })
  })

  it('names every node of a cycle', () => {
    const document = changed({ bot_l: { inputs: { input: ['top_l'] } } })
    const [cycle] = problemsOf(document).filter((problem) => problem.message.includes('cycle'))
    for (const id of ['bot_l', 'interaction', 'top_l']) expect(cycle?.message).toContain(id)
  })

  it('asks for a loss, and for only one', () => {
    const document = presetDocument('dlrm', columns)
    const without = { ...document, nodes: document.nodes.filter((node) => node.kind !== 'loss') }
    expect(problemsOf(without)[0]?.message).toContain('no loss')
    const loss = document.nodes.find((node) => node.kind === 'loss')
    const two = { ...document, nodes: [...document.nodes, ...(loss ? [{ ...loss, id: 'second' }] : [])] }
    expect(problemsOf(two)[0]).toMatchObject({ node: 'second' })
  })

  it('warns of a node that leads nowhere', () => {
    const [problem] = problemsOf(changed({}, [sum('lost', ['bot_l'])]))
    expect(problem).toMatchObject({ severity: 'warning', node: 'lost' })
  })

  it.each<[string, object, string]>([
    ['weights of an unweighted loss', { loss: { weights: [1, 100] } }, 'weights'],
    ['dropout without a hidden layer', { bot_l: { widths: [16], dropout: 0.5 } }, 'dropout'],
  ])('warns of %s, which have no effect', (_, changes, field) => {
    const [problem] = problemsOf(changed(changes as Record<string, object>))
    expect(problem).toMatchObject({ severity: 'warning', field })
    expect(problem?.message).toContain('no effect')
  })

  it('warns of a rank that no cross layer has', () => {
    const document = presetDocument('dcnv2', columns)
    const nodes = document.nodes.map((node) => (node.kind === 'cross' ? { ...node, rank: 4 } : node))
    expect(problemsOf({ ...document, nodes })).toMatchObject([{ severity: 'warning', field: 'rank' }])
  })

  it('asks for the rank of low-rank cross layers', () => {
    const document = presetDocument('dcnv2', columns, { rank: 4 })
    const nodes = document.nodes.map((node) => (node.kind === 'cross' ? { ...node, rank: undefined } : node))
    expect(problemsOf({ ...document, nodes })).toContainEqual(expect.objectContaining({ field: 'rank' }))
  })

  it('counts parameters, bytes with optimizer state, and operations', () => {
    const { nodes, totals } = checkDocument(presetDocument('dlrm', columns), columns)
    const table = nodes.find((node) => node.id === 'emb_l.1')
    expect(table).toMatchObject({ output: { width: 16 }, parameters: 320 })
    expect(table?.bytes).toEqual({ sgd: 1280, adagrad: 2560, rowWiseAdagrad: 1360, adam: 3840 })
    const bottom = nodes.find((node) => node.id === 'bot_l')
    expect(bottom?.parameters).toBe(2 * 64 + 64 + 64 * 16 + 16)
    expect(bottom?.costs?.flops.forward).toBe(2 * 2 * 64 + 64 + 2 * 64 * 16 + 16)
    expect(totals.complete).toBe(true)
    expect(totals.parameters).toBe(nodes.reduce((total, node) => total + (node.parameters ?? 0), 0))
  })

  it('knows widths but not table sizes without a dataset', () => {
    const { nodes, totals, problems } = checkDocument(presetDocument('dlrm', columns), null)
    expect(problems).toEqual([])
    expect(nodes.every((node) => node.output !== null)).toBe(true)
    expect(nodes.find((node) => node.id === 'emb_l.0')?.parameters).toBeNull()
    expect(totals.complete).toBe(false)
  })

  it('survives a chain of thousands of nodes', () => {
    const chain = Array.from({ length: 4000 }, (_, index) =>
      sum(`link_${index}`, [index === 0 ? 'bot_l' : `link_${index - 1}`]),
    )
    expect(problemsOf(changed({}, chain)).every((problem) => problem.severity === 'warning')).toBe(true)
  })
})
