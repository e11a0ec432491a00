import { expect, it } from 'vitest'
import { checkDocument } from '../../../../main/model/check.ts'
import { presetDocument } from '../../../../main/model/presets/index.ts'
import { drawModel } from '../drawing/drawing.ts'
import { seenPlaces } from './canvas-elements.ts'
import { picture } from './picture.ts'

const columns = {
  dense: ['age'],
  sparse: ['user', 'item'].map((name) => ({ name, cardinality: 100, multiValued: false })),
}

it('draws every node and line, with nothing that a name could smuggle in', () => {
  const preset = presetDocument('dlrm', columns)
  const document = {
    ...preset,
    nodes: preset.nodes.map((node, at) => (at === 0 ? { ...node, label: '<script>"x"&' } : node)),
  }
  const drawing = drawModel(document, checkDocument(document, columns), columns, Infinity)
  const { svg, width, height } = picture(drawing, seenPlaces(document), 'light')
  expect(svg.match(/<path /g)).toHaveLength(drawing.edges.length)
  expect(svg.match(/rx="8"/g)).toHaveLength(drawing.nodes.length)
  expect(svg).not.toContain('<script')
  expect(svg).toContain('&lt;script&gt;')
  expect(svg).toContain('B × 16')
  expect(width).toBeGreaterThan(180 * 3)
  expect(height).toBeGreaterThan(70)
  const dark = picture(drawing, seenPlaces(document), 'dark').svg
  expect(dark).toContain('#101216')
  expect(dark).not.toContain('#ffffff')
})
