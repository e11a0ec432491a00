import { describe, expect, it } from 'vitest'
import { checkDocument } from '../../../../../main/model/check.ts'
import type { BoundColumns, ModelDocument, ModelNode } from '../../../../../main/model/document.ts'
import { presetDocument, presetNames } from '../../../../../main/model/presets/index.ts'
import { drawModel } from './drawing.ts'
import { edgePath } from './edge-path.ts'
import { flowEdges, flowNodes, rememberingLayout } from './flow-elements.ts'

const columnsWith = (tables: number): BoundColumns => ({
  dense: ['age'],
  sparse: Array.from({ length: tables }, (_, index) => ({
    name: `c${index}`,
    cardinality: 10 + index,
    multiValued: false,
  })),
})
const wide = { width: 1600, height: 500 }
const draw = (document: ModelDocument, columns: BoundColumns | null, mostSingle = 10) =>
  drawModel(document, checkDocument(document, columns), columns, mostSingle)

describe('drawModel', () => {
  it('shows a few tables one by one, with their sizes and shapes', () => {
    const columns = columnsWith(3)
    const { nodes, edges } = draw(presetDocument('dlrm', columns, { dimension: 8 }), columns)
    expect(nodes.find(({ id }) => id === 'emb_l.1')).toMatchObject({
      title: 'c1',
      detail: '11 × 8, sum',
      parameters: 88,
      bytes: 352,
    })
    expect(edges.find(({ source }) => source === 'emb_l.1')).toMatchObject({
      target: 'interaction',
      shape: 'B × 8',
    })
  })

  it.each([26, 100])('groups %i tables that differ in column and rows only, and can show each', (count) => {
    const columns = columnsWith(count)
    const document = presetDocument('dlrm', columns)
    const grouped = draw(document, columns)
    const group = grouped.nodes.find(({ members }) => members.length > 1)
    expect(group).toMatchObject({
      title: `${count} tables`,
      detail: `10 … ${9 + count} × 16, sum`,
      parameters: columns.sparse.reduce((sum, { cardinality }) => sum + 16 * cardinality, 0),
    })
    expect(grouped.edges.find(({ source }) => source === group?.id)?.shape).toBe(`${count} × B × 16`)
    expect(draw(document, columns, Infinity).nodes).toHaveLength(document.nodes.length)
  })

  it('calls a node by its id where its label shows nothing', () => {
    const columns = columnsWith(1)
    const document = presetDocument('dlrm', columns)
    const nodes = document.nodes.map((node) => ({ ...node, label: ' \n\t' }))
    expect(draw({ ...document, nodes }, columns).nodes.map(({ title }) => title)).toEqual(
      document.nodes.map(({ id }) => id),
    )
  })

  it('keeps a table of another width out of the group', () => {
    const columns = columnsWith(12)
    const document = presetDocument('dlrm', columns, { columns: { c5: { tableDimension: 4 } } })
    const { nodes } = draw(document, columns)
    expect(nodes.map(({ title }) => title)).toContain('11 tables')
    expect(nodes.find(({ title }) => title === 'c5')?.detail).toBe('15 × 4, sum, to 16')
  })

  it('knows no sizes of tables without a dataset', () => {
    const document = presetDocument('dlrm', columnsWith(12))
    const group = draw(document, null).nodes.find(({ members }) => members.length > 1)
    expect(group).toMatchObject({ parameters: null, bytes: null, detail: '? × 16, sum' })
  })

  it('marks the node with a problem, and its group', () => {
    const columns = columnsWith(12)
    const document = presetDocument('dlrm', columns)
    const { nodes } = draw(document, { ...columns, sparse: columns.sparse.slice(1) })
    expect(nodes.filter(({ problem }) => problem === 'error').map(({ title }) => title)).toEqual([
      '12 tables',
    ])
  })

  it('draws documents with every kind of mistake', () => {
    const mlp = (id: string, input: string[]): ModelNode => ({
      id,
      kind: 'mlp',
      inputs: { input },
      widths: [2],
      activation: 'relu',
      outputActivation: 'none',
      dropout: 0,
      bias: true,
    })
    const document: ModelDocument = {
      format: 'dlrm-studio-model',
      version: 1,
      name: 'wrong',
      nodes: [mlp('a', ['c']), mlp('b', ['a']), mlp('c', ['b']), mlp('c', ['nobody']), mlp('self', ['self'])],
    }
    const drawing = draw(document, null)
    expect(drawing.nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'self'])
    const layout = rememberingLayout()(drawing, wide)
    expect(flowEdges(drawing, layout).every(({ data }) => (data?.points.length ?? 0) >= 2)).toBe(true)
  })
})

describe('the elements for Vue Flow', () => {
  it.each([...presetNames])('%s has a box for each node and each source labels its shape once', (name) => {
    const columns = columnsWith(4)
    const drawing = draw(presetDocument(name, columns), columns)
    const layout = rememberingLayout()(drawing, wide)
    expect(flowNodes(drawing, layout).map(({ id }) => id)).toEqual(drawing.nodes.map(({ id }) => id))
    const labelled = flowEdges(drawing, layout).filter(({ data }) => data?.shape !== '')
    expect(labelled).toHaveLength(new Set(drawing.edges.map(({ source }) => source)).size)
  })

  it('moves nothing when only widths change, and lays out anew when a node is added', () => {
    const layout = rememberingLayout()
    const columns = columnsWith(4)
    const first = layout(draw(presetDocument('dlrm', columns), columns), wide)
    expect(layout(draw(presetDocument('dlrm', columns, { dimension: 64 }), columns), wide)).toBe(first)
    const more = columnsWith(5)
    expect(layout(draw(presetDocument('dlrm', more), more), wide)).not.toBe(first)
  })

  it('runs down where that shows boxes larger', () => {
    const columns = columnsWith(1)
    const drawing = draw(presetDocument('mlp', columns), columns)
    const layout = rememberingLayout()
    expect(layout(drawing, wide).direction).toBe('right')
    const down = layout(drawing, { width: 400, height: 600 })
    expect(down.direction).toBe('down')
    const ys = flowEdges(drawing, down).map(({ data }) => data?.points.map(({ y }) => y) ?? [])
    for (const each of ys) expect([...each].sort((a, b) => a - b)).toEqual(each)
  })
})

describe('edgePath', () => {
  const a = { x: 0, y: 0 }

  it('leaves and arrives along its direction, and goes straight where it can', () => {
    expect(edgePath([a, { x: 10, y: 0 }], 'right')).toBe('M0,0H10')
    expect(edgePath([a, { x: 10, y: 20 }], 'right')).toBe('M0,0C5,0 5,20 10,20')
    expect(edgePath([a, { x: 0, y: 10 }], 'down')).toBe('M0,0V10')
    expect(edgePath([a, { x: 20, y: 10 }], 'down')).toBe('M0,0C0,5 20,5 20,10')
    expect(edgePath([], 'right')).toBe('')
  })
})
