import { describe, expect, it } from 'vitest'
import { Random } from '../../datasets/samples/random.ts'
import { checkDocument } from '../check.ts'
import { modelDocument, type BoundColumns, type ModelDocument, type NodeKind } from '../document.ts'
import { nodesById, sourcesOf } from '../graph.ts'
import { nodeDefinitions } from '../kinds/index.ts'
import { compilePlan } from '../plan.ts'
import { presetDocument, presetNames } from '../presets/index.ts'
import { addComment, changeComment, changeGroup, groupNodes, removeComments, ungroup } from './annotations.ts'
import {
  addNode,
  changeNode,
  connect,
  connectionProblem,
  disconnect,
  insertCopies,
  moveSource,
  placeNodes,
  possibleSources,
  removeNodes,
  renameNode,
} from './edits.ts'
import { newNode } from './new-node.ts'
import { applyPatch, difference, documentPatch, isEmpty } from './patch.ts'

const columns: BoundColumns = {
  dense: ['age', 'price'],
  sparse: ['user', 'item', 'shop'].map((name) => ({ name, cardinality: 100, multiValued: false })),
}
const preset = (name: (typeof presetNames)[number] = 'dlrm') => presetDocument(name, columns)
const kinds = nodeDefinitions.map(({ kind }) => kind)
const empty: ModelDocument = {
  ...preset(),
  name: 'Mine',
  nodes: [newNode('loss', { ...preset(), nodes: [] }, null)],
}

/** One of many random edits, as a user in a hurry makes them. */
function randomEdit(document: ModelDocument, random: Random): ModelDocument {
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random.uniform() * items.length)] as Item
  const id = () => pick(document.nodes).id
  switch (
    pick([
      ...(['add', 'remove', 'connect', 'disconnect', 'place', 'copy', 'rename', 'order', 'label'] as const),
      ...(['comment', 'write', 'uncomment', 'group', 'ungroup', 'fold'] as const),
    ])
  ) {
    case 'add':
      return addNode(document, newNode(pick(kinds), document, columns))
    case 'remove': {
      const ids = new Set([id()])
      return document.nodes.length > ids.size ? removeNodes(document, ids) : document
    }
    case 'connect': {
      const [source, target] = [id(), id()]
      return connectionProblem(document, source, target) === null
        ? connect(document, source, target)
        : document
    }
    case 'disconnect': {
      const target = pick(document.nodes)
      const [source] = sourcesOf(target)
      return source === undefined ? document : disconnect(document, source, target.id)
    }
    case 'place':
      return placeNodes(document, new Map([[id(), { x: random.uniform() * 999, y: -5.4 }]]))
    case 'copy':
      return insertCopies(document, [pick(document.nodes), pick(document.nodes)], { x: 20, y: 20 }).document
    case 'rename':
      return renameNode(document, id(), newNode('bias', document, null).id)
    case 'comment':
      return addComment(document, `Because ${random.uniform()}`, { x: 1, y: 2 }).document
    case 'write':
      return changeComment(document, 'comment', { text: `So ${random.uniform()}` })
    case 'uncomment':
      return removeComments(document, new Set(['comment']))
    case 'group':
      return groupNodes(document, new Set([id(), id()]), 'Some').document
    case 'ungroup':
      return ungroup(document, new Set(['group']))
    case 'fold':
      return changeGroup(document, 'group', { collapsed: random.uniform() > 0.5 })
    case 'order': {
      const target = pick(document.nodes)
      return sourcesOf(target).length > 1 ? moveSource(document, target.id, 0, 1) : document
    }
    case 'label':
      return changeNode({ ...document, name: `Model ${random.uniform()}` }, id(), (node) => ({
        ...node,
        label: 'named',
      }))
  }
}

describe('an edit', () => {
  it('leaves a document that the schema takes, whatever came before', () => {
    const random = new Random(1)
    let document = preset()
    for (let step = 0; step < 400; step++) {
      document = randomEdit(document, random)
      if (document.nodes.length > 40) document = preset()
      expect(modelDocument.safeParse(document).error?.issues).toBeUndefined()
      const problems = checkDocument(document, columns).problems.map(({ message }) => message)
      expect(problems.filter((message) => /cycle|not in the model|share the id/.test(message))).toEqual([])
    }
  })

  it('is described by a patch that turns one version into the other, in both directions', () => {
    const random = new Random(2)
    let document = preset('dcnv2')
    for (let step = 0; step < 400; step++) {
      const after = randomEdit(document, random)
      const forward = documentPatch.parse(JSON.parse(JSON.stringify(difference(document, after))))
      expect(applyPatch(document, forward)).toEqual(after)
      expect(applyPatch(after, difference(after, document))).toEqual(document)
      expect(isEmpty(forward)).toBe(JSON.stringify(document) === JSON.stringify(after))
      document = after.nodes.length > 40 ? preset('deepfm') : after
    }
  })

  it('of one node is a patch of one node', () => {
    const before = preset()
    const after = placeNodes(before, new Map([[before.nodes[2]!.id, { x: 1, y: 2 }]]))
    expect(difference(before, after).splices).toMatchObject([
      { at: 2, remove: 1, insert: [{ position: { x: 1 } }] },
    ])
    expect(() => applyPatch(empty, difference(before, after))).toThrow(RangeError)
  })
})

describe('a connection', () => {
  it('is possible from the nodes that are offered, and from no others', () => {
    const random = new Random(4)
    let document = preset('dcnv2')
    for (let step = 0; step < 60; step++) {
      document = randomEdit(document, random)
      const target = document.nodes[step % document.nodes.length]!.id
      const offered = possibleSources(document, target).map(({ id }) => id)
      const possible = document.nodes.filter(({ id }) => connectionProblem(document, id, target) === null)
      expect(offered).toEqual(possible.map(({ id }) => id))
    }
  })

  const chain = ['mlp', 'activation'].reduce(
    (document, kind) => addNode(document, newNode(kind as NodeKind, document, columns)),
    addNode(empty, newNode('denseInput', empty, columns)),
  )

  it('is refused with the reason where it cannot be', () => {
    const connected = connect(connect(chain, 'dense', 'mlp'), 'mlp', 'activation')
    const problem = (source: string, target: string) => connectionProblem(connected, source, target)
    expect(problem('mlp', 'mlp')).toContain('its own')
    expect(problem('loss', 'mlp')).toContain('no output')
    expect(problem('mlp', 'dense')).toContain('no input')
    expect(problem('dense', 'mlp')).toContain('already')
    expect(problem('activation', 'mlp')).toContain('cycle')
    expect(problem('activation', 'nothing')).toContain('no longer exists')
    expect(problem('activation', 'loss')).toBeNull()
  })

  it('to a port for one source replaces the previous edge', () => {
    const second = connect(connect(chain, 'dense', 'mlp'), 'activation', 'mlp')
    expect(sourcesOf(nodesById(second).get('mlp')!)).toEqual(['activation'])
  })
})

it('copies keep the lines between them, and get ids of their own', () => {
  const document = preset()
  const { document: after, ids } = insertCopies(document, document.nodes, { x: 10, y: 10 })
  expect(new Set(after.nodes.map(({ id }) => id)).size).toBe(2 * document.nodes.length)
  const copies = after.nodes.filter(({ id }) => ids.includes(id))
  for (const copy of copies) expect(sourcesOf(copy).every((source) => ids.includes(source))).toBe(true)
})

it.each(['x'.repeat(200), `${'x'.repeat(195)}_123`, '_1', '_1_2', '__proto__', 'constructor'])(
  'copies of copies of a node with the id %s can be stored',
  (id) => {
    let document = addNode(preset(), { ...newNode('bias', preset(), null), id })
    for (let copy = 0; copy < 12; copy++) {
      const { document: after } = insertCopies(document, document.nodes.slice(-1), { x: 10, y: 10 })
      expect(documentPatch.safeParse(difference(document, after)).error).toBeUndefined()
      document = after
    }
    expect(new Set(document.nodes.map((node) => node.id)).size).toBe(preset().nodes.length + 13)
  },
)

it.each(presetNames)('%s built node by node in any order, with other ids, has the same plan', (name) => {
  const wanted = preset(name)
  const random = new Random(3)
  const shuffled = wanted.nodes
    .map((node) => ({ node, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ node }) => node)
  const moved = placeNodes({ ...wanted, nodes: shuffled }, new Map([[shuffled[0]!.id, { x: 5, y: 5 }]]))
  const shapes = (document: ModelDocument) =>
    compilePlan(document, columns).parameters.map(({ shape, initial }) => ({ shape, initial }))
  expect(shapes(moved)).toEqual(shapes(wanted))
})

describe('groups and comments', () => {
  const [first = '', second = '', third = ''] = preset().nodes.map(({ id }) => id)
  const grouped = groupNodes(preset(), new Set([second, first]), 'Inputs')

  it('have a node in one group, and go with their last node', () => {
    expect(grouped.document.groups).toEqual([
      { id: 'group', name: 'Inputs', nodes: [first, second], collapsed: false },
    ])
    const again = groupNodes(grouped.document, new Set([second, third]), 'Others')
    expect(again.document.groups?.map(({ id, nodes }) => [id, nodes])).toEqual([
      ['group', [first]],
      ['group_2', [second, third]],
    ])
    expect(removeNodes(again.document, new Set([first])).groups?.map(({ id }) => id)).toEqual(['group_2'])
  })

  it('follow a node to its new id', () => {
    expect(renameNode(grouped.document, first, 'renamed').groups?.[0]?.nodes).toEqual(['renamed', second])
  })

  it('leave the document as it was when they are taken back', () => {
    const text = JSON.stringify(preset())
    expect(JSON.stringify(ungroup(grouped.document, new Set(['group'])))).toBe(text)
    const { document, id } = addComment(preset(), 'Why', { x: 0, y: 0 })
    expect(JSON.stringify(removeComments(document, new Set([id])))).toBe(text)
    const back = difference(document, preset())
    expect(JSON.stringify(applyPatch(document, back))).toBe(text)
  })

  it('are warned of where they name nodes that are not there, or twice, and stop nothing', () => {
    const group = { id: 'g', name: 'G', nodes: [first, 'nowhere'], collapsed: true }
    const { problems } = checkDocument({ ...preset(), groups: [group, group] }, columns)
    expect(problems.map(({ severity, field }) => [severity, field])).toEqual([
      ['warning', 'groups'],
      ['warning', 'groups'],
      ['warning', 'groups'],
    ])
    expect(problems.map(({ message }) => message).join()).toContain("'nowhere'")
  })
})
