import { describe, expect, it } from 'vitest'
import { checkDocument } from '../../../../main/model/check.ts'
import type { ModelDocument, NodeGroup } from '../../../../main/model/document.ts'
import { presetDocument } from '../../../../main/model/presets/index.ts'
import { placeNodes } from '../../../../main/model/editing/edits.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import { drawCanvas } from './canvas-drawing.ts'
import { laidOut } from './canvas-layout.ts'

const columns = {
  dense: ['age', 'price'],
  sparse: Array.from({ length: 26 }, (_, at) => ({
    name: `column_${at}`,
    cardinality: 1000,
    multiValued: false,
  })),
}
const preset = presetDocument('dlrm', columns)
const tables = preset.nodes.filter(({ kind }) => kind === 'embedding').map(({ id }) => id)
const layers = preset.nodes.filter(({ kind }) => kind === 'mlp').map(({ id }) => id)

const grouped = (...groups: Pick<NodeGroup, 'nodes' | 'collapsed'>[]): ModelDocument => {
  const named = groups.map((group, at) => ({ ...group, id: `group_${at}`, name: `Group ${at}` }))
  const document = { ...preset, groups: named }
  return placeNodes(document, laidOut(document))
}

it('lays out anew what lies too far away to be drawn, and draws its comments at the edge', () => {
  const [far = '', near = ''] = layers
  const placed = placeNodes(preset, laidOut(preset))
  const document: ModelDocument = {
    ...placeNodes(placed, new Map([[far, { x: 1e308, y: -1e308 }]])),
    comments: [{ id: 'comment', text: 'Far', position: { x: -1e300, y: 3 } }],
  }
  const drawn = drawCanvas(document, checkDocument(document, columns), columns)
  expect(drawn.positions.get(far)).toEqual(laidOut(preset).get(far))
  expect(drawn.positions.get(near)).toEqual(placed.nodes.find(({ id }) => id === near)?.position)
  expect(drawn.comments).toMatchObject([{ position: { x: -1e7, y: 3 } }])
})

describe('laidOut', () => {
  it('keeps the nodes of a group together: its frame has no other node and no other frame in it', () => {
    const document = grouped(
      { nodes: tables.slice(0, 20), collapsed: false },
      { nodes: tables.slice(20), collapsed: false },
      // Another node stands between these.
      { nodes: layers, collapsed: false },
    )
    const { frames, nodes, positions } = drawCanvas(document, checkDocument(document, columns), columns)
    expect(frames).toHaveLength(3)
    const boxes = nodes.map(({ id }) => ({
      id,
      x: 0,
      y: 0,
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      ...positions.get(id),
    }))
    for (const frame of frames) {
      const others = [
        ...boxes.filter(({ id }) => !frame.group.nodes.includes(id)),
        ...frames.filter((each) => each !== frame),
      ]
      const inside = others.filter(
        ({ x, y, width, height }) =>
          x < frame.x + frame.width &&
          frame.x < x + width &&
          y < frame.y + frame.height &&
          frame.y < y + height,
      )
      expect(inside).toEqual([])
    }
  })

  it('puts tables of a group in columns of eight at most', () => {
    const positions = laidOut({
      ...preset,
      groups: [{ id: 'tables', name: 'Tables', nodes: tables, collapsed: false }],
    })
    const rows = Map.groupBy(tables, (id) => positions.get(id)?.x)
    expect([...rows.values()].map(({ length }) => length)).toEqual([9, 9, 8])
  })

  it('puts many tables that feed the same node in columns as well, and few in one', () => {
    const rows = Map.groupBy(tables, (id) => laidOut(preset).get(id)?.x)
    expect([...rows.values()].map(({ length }) => length)).toEqual([9, 9, 8])
    const few = presetDocument('dlrm', { ...columns, sparse: columns.sparse.slice(0, 8) })
    const positions = few.nodes.flatMap(({ id, kind }) => (kind === 'embedding' ? laidOut(few).get(id) : []))
    expect(new Set(positions.map((position) => position?.x)).size).toBe(1)
  })

  it('leaves nodes of a collapsed group as they lie to each other', () => {
    const document = grouped({ nodes: tables, collapsed: false })
    const folded = { ...document, groups: document.groups!.map((group) => ({ ...group, collapsed: true })) }
    const [before, after] = [laidOut(document), laidOut(folded)]
    const shifts = tables.map((id) => ({
      x: after.get(id)!.x - before.get(id)!.x,
      y: after.get(id)!.y - before.get(id)!.y,
    }))
    expect(new Set(shifts.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`)).size).toBe(1)
  })
})
