import { describe, expect, it } from 'vitest'
import type { BoundColumns, ModelDocument } from '../document.ts'
import { presetDocument, presetNames } from '../presets/index.ts'
import { documentChanges, isUnchanged } from './changes.ts'
import { renameNode, removeNodes } from './edits.ts'

const columns: BoundColumns = {
  dense: ['a'],
  sparse: ['u', 'v'].map((name) => ({ name, cardinality: 9, multiValued: false })),
}
const dcn = presetDocument('dcn', columns, {})

const changed = (document: ModelDocument, id: string, change: object): ModelDocument => ({
  ...document,
  nodes: document.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
})

describe('the changes between two versions', () => {
  it.each(presetNames)('are none between %s and itself', (preset) => {
    const document = presetDocument(preset, columns, {})
    const changes = documentChanges(document, structuredClone(document))
    expect(isUnchanged(changes)).toBe(true)
    expect(changes.moved).toBe(0)
  })

  it('report settings by field, before and after', () => {
    const changes = documentChanges(dcn, changed(dcn, 'deep', { widths: [8], dropout: 0.5 }))
    expect(changes.nodes).toEqual([
      {
        id: 'deep',
        label: 'deep',
        change: 'changed',
        fields: [
          { path: 'widths', before: [64, 32], after: [8] },
          { path: 'dropout', before: 0, after: 0.5 },
        ],
      },
    ])
    expect(changes.edges).toEqual([])
  })

  it('report a removed node with its edges, and an added one in reverse', () => {
    const u = dcn.nodes.find((node) => node.kind === 'embedding' && node.column === 'u')?.id ?? ''
    const without = removeNodes(dcn, new Set([u]))
    const removed = documentChanges(dcn, without)
    expect(removed.nodes).toMatchObject([{ id: u, change: 'removed' }])
    expect(removed.edges).toEqual([{ source: u, target: 'features', change: 'removed' }])
    const added = documentChanges(without, dcn)
    expect(added.nodes).toMatchObject([{ id: u, change: 'added' }])
    expect(added.edges).toEqual([{ source: u, target: 'features', change: 'added' }])
  })

  it('report a node under another id as renamed, and the nodes that read it as unchanged', () => {
    const changes = documentChanges(dcn, renameNode(dcn, 'deep', 'tower'))
    expect(changes.nodes).toEqual([
      {
        id: 'tower',
        label: 'tower',
        change: 'changed',
        fields: [{ path: 'id', before: 'deep', after: 'tower' }],
      },
    ])
    expect(changes.edges).toEqual([])
  })

  it('report another order of inputs, because it moves columns', () => {
    const features = dcn.nodes.find(({ id }) => id === 'features')
    const vectors = features?.kind === 'concat' ? features.inputs.vectors.toReversed() : []
    const changes = documentChanges(dcn, changed(dcn, 'features', { inputs: { vectors } }))
    expect(changes.nodes).toMatchObject([{ id: 'features', fields: [{ path: 'inputs', after: vectors }] }])
  })

  it('count moved boxes separately, and report changes of the document’s description', () => {
    const moved = changed({ ...dcn, name: 'Other' }, 'deep', { position: { x: 1, y: 1 } })
    const changes = documentChanges(dcn, moved)
    expect(changes).toMatchObject({ nodes: [], edges: [], moved: 1 })
    expect(changes.about).toEqual([{ path: 'name', before: dcn.name, after: 'Other' }])
  })
})
