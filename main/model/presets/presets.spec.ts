import { describe, expect, it } from 'vitest'
import { assign, AssignmentError, parseAssignment } from '../assign-setting.ts'
import type { BoundColumns } from '../document.ts'
import { parseDocument } from '../parse.ts'
import { compilePlan } from '../plan.ts'
import { defaultSettings, presetDocument, presetNames } from './index.ts'

const columns: BoundColumns = {
  dense: ['age', 'year'],
  sparse: [
    { name: 'user', cardinality: 944, multiValued: false },
    { name: 'genres', cardinality: 20, multiValued: true },
  ],
}

describe('presetDocument', () => {
  it.each([...presetNames])('%s survives a round trip through its JSON', (name) => {
    const document = presetDocument(name, columns)
    expect(parseDocument(JSON.stringify(document)).document).toEqual(document)
  })

  it.each([...presetNames])('%s works without dense and without sparse columns', (name) => {
    for (const columnSubset of [
      { ...columns, dense: [] },
      { ...columns, sparse: columns.sparse.slice(0, 1) },
    ])
      expect(() => compilePlan(presetDocument(name, columnSubset), columnSubset)).not.toThrow()
  })

  it('makes the reference’s DLRM without settings', () => {
    const { parameters } = compilePlan(presetDocument('dlrm', columns), columns)
    expect(parameters.map(({ name, shape }) => `${name} ${shape.join('x')}`)).toEqual([
      'emb_l.0.weight 944x16',
      'emb_l.1.weight 20x16',
      'bot_l.0.weight 64x2',
      'bot_l.0.bias 64',
      'bot_l.2.weight 16x64',
      'bot_l.2.bias 16',
      'top_l.0.weight 64x19',
      'top_l.0.bias 64',
      'top_l.2.weight 32x64',
      'top_l.2.bias 32',
      'top_l.4.weight 1x32',
      'top_l.4.bias 1',
    ])
    expect(defaultSettings('dlrm')).toMatchObject({ dimension: 16, interaction: 'dot', includeSelf: false })
  })

  it('sets a table by its column', () => {
    const document = presetDocument('dlrm', columns, { columns: { user: { rows: 100, tableDimension: 4 } } })
    expect(document.nodes.find((node) => node.id === 'emb_l.0')).toMatchObject({
      compression: { kind: 'hash', rows: 100 },
      tableDimension: 4,
    })
  })

  it('refuses a setting it does not know', () => {
    expect(() => presetDocument('mlp', columns, { depth: 3 })).toThrow('depth')
  })
})

describe('parseAssignment', () => {
  it.each([
    ['dimension=32', ['dimension'], 32],
    ['bottom=512-256', ['bottom'], [512, 256]],
    ['top=[64,1]', ['top'], [64, 1]],
    ['interaction=cat', ['interaction'], 'cat'],
    ['columns.user.rows=100', ['columns', 'user', 'rows'], 100],
    ['name=a=b', ['name'], 'a=b'],
  ])('reads %s', (text, path, value) => {
    expect(parseAssignment(text)).toEqual({ path, value })
  })

  it.each(['dimension', '=3', 'a..b=3', '__proto__.x=1'])('refuses %s', (text) => {
    expect(() => parseAssignment(text)).toThrow(AssignmentError)
  })

  it('sets a nested value without touching the rest', () => {
    const settings = { columns: { user: { rows: 5 } }, dimension: 8 }
    const path = ['columns', 'user', 'tableDimension']
    expect(assign(settings, { path, value: 4 })).toEqual({
      columns: { user: { rows: 5, tableDimension: 4 } },
      dimension: 8,
    })
    expect(() => assign(settings, { path: ['dimension', 'x'], value: 1 })).toThrow('dimension')
  })
})
