import { expect, it } from 'vitest'
import { checkDocument } from '../../../../main/model/check.ts'
import { presetDocument } from '../../../../main/model/presets/index.ts'
import { drawCanvas } from './canvas-drawing.ts'
import { picture } from './picture.ts'

const columns = {
  dense: ['age'],
  sparse: ['user', 'item'].map((name) => ({ name, cardinality: 100, multiValued: false })),
}

it('draws every node in its place and every edge, with nothing that a name could smuggle in', () => {
  const preset = presetDocument('dlrm', columns)
  const document = {
    ...preset,
    nodes: preset.nodes.map((node, at) => (at === 0 ? { ...node, label: '<script>"x"&' } : node)),
  }
  const drawing = drawCanvas(document, checkDocument(document, columns), columns)
  const { svg, width, height } = picture(drawing, 'light')
  expect(svg.match(/<path /g)).toHaveLength(drawing.edges.length)
  expect(svg.match(/rx="8"/g)).toHaveLength(drawing.nodes.length)
  for (const { id } of drawing.nodes) {
    const { x, y } = drawing.positions.get(id)!
    expect(svg, id).toContain(`<rect x="${x + 0.5}" y="${y + 0.5}" width="179"`)
  }
  expect(svg).not.toContain('<script')
  expect(svg).toContain('&lt;script&gt;')
  expect(svg).toContain('B × 16')
  expect(width).toBeGreaterThan(180 * 3)
  expect(height).toBeGreaterThan(70)
  const dark = picture(drawing, 'dark').svg
  expect(dark).toContain('#101216')
  expect(dark).not.toContain('#ffffff')
})

it('frames groups, draws folded ones as one box, and breaks comments into lines', () => {
  const preset = presetDocument('dlrm', columns)
  const tables = preset.nodes.filter(({ kind }) => kind === 'embedding').map(({ id }) => id)
  const group = { id: 'g', name: 'Tables & more', nodes: tables }
  const comment = { id: 'c', text: `A long <b>comment</b>\n${'x'.repeat(40)}`, position: { x: 0, y: -300 } }
  const draw = (collapsed: boolean) => {
    const document = { ...preset, groups: [{ ...group, collapsed }], comments: [comment] }
    const drawing = drawCanvas(document, checkDocument(document, columns), columns)
    return { drawing, ...picture(drawing, 'light') }
  }
  const open = draw(false)
  expect(open.svg).toContain('Tables &amp; more</text>')
  expect(open.svg).toContain('A long &lt;b&gt;comment&lt;/b&gt;</text>')
  expect(open.svg).toContain(`${'x'.repeat(32)}</text>`)
  const folded = draw(true)
  expect(folded.drawing.nodes).toHaveLength(open.drawing.nodes.length - tables.length + 1)
  expect(folded.drawing.nodes.find(({ id }) => id === '@g')).toMatchObject({
    detail: '2 nodes',
    parameters: 2 * 100 * 16,
    members: tables,
  })
  expect(folded.drawing.edges.find(({ source }) => source === '@g')?.shape).toBe('2 × B × 16')
  expect(folded.height).toBeLessThan(open.height)
})
