import { describe, expect, it } from 'vitest'
import type { BoundColumns, ModelDocument } from '../../../../../main/model/document.ts'
import { presetDocument, presetNames } from '../../../../../main/model/presets/index.ts'
import { BOX, paperDrawing } from './paper-drawing.ts'

const columns: BoundColumns = {
  dense: ['a', 'b'],
  sparse: ['c', 'd', 'e'].map((name) => ({ name, cardinality: 10, multiValued: false })),
}

const features = 'Dense features and Sparse features'

describe('paperDrawing', () => {
  it.each([
    [
      'dlrm',
      `${features}, then Bottom MLP and Embeddings, then Dot interaction, then Top MLP, then Prediction`,
    ],
    [
      'dcn',
      `${features}, then Embeddings, then Concatenation, then Cross layers and MLP, then Concatenation, ` +
        'then Output layer, then Prediction',
    ],
    [
      'wide-and-deep',
      `${features}, then Linear term and Embeddings, then Concatenation, then MLP, then Sum, then Prediction`,
    ],
    [
      'deepfm',
      `${features}, then Linear term and Projection and Embeddings, then FM and Concatenation, then MLP, ` +
        'then Sum, then Prediction',
    ],
    ['logistic-regression', `${features}, then Linear term, then Prediction`],
  ] as const)('stacks %s as its paper does', (name, spoken) => {
    expect(paperDrawing(presetDocument(name, columns)).spoken).toBe(spoken)
  })

  it.each(presetNames)('draws %s upwards, without one box on another', (name) => {
    const { boxes, edges, frame } = paperDrawing(presetDocument(name, columns))
    expect(edges.length).toBeGreaterThanOrEqual(boxes.length - 1)
    for (const [index, box] of boxes.entries()) {
      expect(box.x).toBeGreaterThanOrEqual(frame.x)
      expect(box.x + BOX.width).toBeLessThanOrEqual(frame.x + frame.width + 1e-9)
      expect(box.y).toBeGreaterThanOrEqual(frame.y)
      for (const other of boxes.slice(index + 1))
        expect(Math.abs(box.x - other.x) >= BOX.width || Math.abs(box.y - other.y) >= BOX.height).toBe(true)
    }
  })

  it('draws tables that differ one by one, and documents with a cycle', () => {
    const dlrm = presetDocument('dlrm', columns, { columns: { c: { tableDimension: 4 } } })
    expect(paperDrawing(dlrm).boxes.filter(({ text }) => text === 'Embedding')).toHaveLength(3)
    const cyclic: ModelDocument = {
      ...dlrm,
      nodes: ['one', 'two'].map((id, index) => ({
        id,
        kind: 'bias' as const,
        inputs: { input: [index === 0 ? 'two' : 'one'] },
      })),
    }
    expect(paperDrawing(cyclic).boxes).toHaveLength(2)
  })
})
