import { describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES, type BoundColumns } from '../../../main/model/document.ts'
import { presetDocument, presetNames } from '../../../main/model/presets/index.ts'
import { standInColumns, suits } from './document-columns.ts'
import {
  defaultsOf,
  documentFrom,
  formValues,
  interactionOf,
  columnSettings,
  withColumn,
  withSetting,
  type PresetSettings,
} from './preset-form.ts'
import { readModelFile } from './read-model-file.ts'
import { recognisePreset } from './recognise-preset.ts'

const columns: BoundColumns = {
  dense: ['age', 'year'],
  sparse: [
    { name: 'user', cardinality: 944, multiValued: false },
    { name: 'item', cardinality: 1651, multiValued: false },
    { name: 'genres', cardinality: 20, multiValued: true },
  ],
}

describe('the form', () => {
  it('takes the three interactions apart and together', () => {
    for (const choice of ['dot', 'dotWithSelf', 'cat'] as const)
      expect(interactionOf(withSetting(defaultsOf('dlrm'), 'interaction', choice))).toBe(choice)
  })

  it('gives a weighted loss weights and takes them from the others', () => {
    const weighted = withSetting(defaultsOf('dlrm'), 'loss', 'weightedBce')
    expect(weighted.weights).toEqual([1, 1])
    expect(withSetting(weighted, 'weights.1', 3).weights).toEqual([1, 3])
    expect(() => documentFrom('dlrm', columns, weighted, { name: 'w' })).not.toThrow()
    expect(withSetting(weighted, 'loss', 'bce')).not.toHaveProperty('weights')
  })

  it('starts a compression with its own numbers, and has no rank for a full matrix', () => {
    const hashed = withSetting(defaultsOf('dcnv2'), 'compression.kind', 'hash')
    expect(withSetting(hashed, 'compression.rows', 7).compression).toMatchObject({ kind: 'hash', rows: 7 })
    expect(withSetting(hashed, 'rank', 0).rank).toBeNull()
    expect(formValues('dcnv2', hashed)).toMatchObject({ rank: 0, layers: hashed.layers })
  })

  it('sets one column and forgets it when nothing of it is left', () => {
    const hashed = withColumn(defaultsOf('dlrm'), 'user', 'rows', 100)
    expect(hashed.columns).toEqual({ user: { rows: 100 } })
    const narrow = withColumn(hashed, 'user', 'tableDimension', 4)
    expect(withColumn(narrow, 'user', 'rows', undefined).columns).toEqual({ user: { tableDimension: 4 } })
    expect(withColumn(hashed, 'user', 'rows', undefined).columns).toEqual({})
  })

  it('takes a column for itself that is called as what every object has', () => {
    const settings = defaultsOf('dlrm')
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(columnSettings(settings, name)).toEqual({})
      expect(columnSettings(withColumn(settings, name, 'rows', 7), name)).toEqual({ rows: 7 })
    }
  })
})

describe('recognisePreset', () => {
  const quotient: PresetSettings['compression'] = {
    kind: 'quotientRemainder',
    collisions: 8,
    operation: 'add',
    threshold: 944,
  }
  const cases: [string, (typeof presetNames)[number], PresetSettings][] = [
    ...presetNames.map((name) => [`${name} as it is`, name, {}] as [string, typeof name, PresetSettings]),
    ['another dimension', 'dlrm', { dimension: 8 }],
    ['untrained rows of zeros', 'deepfm', { untrainedRows: 'zero' }],
    ['untrained weights as they were', 'logistic-regression', { untrainedRows: 'initial' }],
    ['dot with self and mean pooling', 'dlrm', { includeSelf: true, pooling: 'mean' }],
    ['concatenation', 'dlrm', { interaction: 'cat', bottom: [], top: [8] }],
    ['hashed and narrow tables', 'dlrm', { columns: { user: { rows: 10 }, genres: { tableDimension: 4 } } }],
    ['quotient-remainder', 'dlrm', { compression: quotient }],
    ['hashing of large tables', 'deepfm', { compression: { kind: 'hash', rows: 100, threshold: 0 } }],
    ['a low rank', 'dcnv2', { rank: 4, layers: 2 }],
    ['no deep layers', 'dcn', { deep: [] }],
    ['dropout and GELU', 'mlp', { dropout: 0.2, activation: 'gelu', deep: [7, 5, 3] }],
    ['a weighted, clamped loss', 'fm', { loss: 'weightedBce', weights: [1, 3], clamp: 0.01 }],
  ]

  it.each(cases)('finds the form of %s', (_, preset, settings) => {
    const document = documentFrom(preset, columns, { ...defaultsOf(preset), ...settings }, { name: 'mine' })
    const found = recognisePreset(document, columns)
    expect(found?.preset).toBe(preset)
    expect(presetDocument(preset, columns, found?.settings).nodes).toEqual(document.nodes)
  })

  it.each(cases)('finds the form of %s without its dataset', (_, preset, settings) => {
    const document = documentFrom(preset, columns, { ...defaultsOf(preset), ...settings }, { name: 'mine' })
    expect(recognisePreset(document, standInColumns(document))?.preset).toBe(preset)
  })

  it('knows that a document made by hand is no preset’s', () => {
    const document = presetDocument('dlrm', columns)
    const changed = document.nodes.map((node) => (node.id === 'emb_l.1' ? { ...node, dimension: 4 } : node))
    expect(recognisePreset({ ...document, nodes: changed }, columns)).toBeNull()
  })
})

describe('suits', () => {
  it('asks for every column of the document, in its role', () => {
    const document = presetDocument('wide-and-deep', columns)
    expect(suits(document, columns)).toBe(true)
    expect(suits(document, { ...columns, dense: ['age'] })).toBe(false)
    expect(suits(document, { ...columns, sparse: columns.sparse.slice(1) })).toBe(false)
  })
})

describe('readModelFile', () => {
  const file = (text: string) => new File([text], 'model.json')

  it('reads a document', async () => {
    const document = presetDocument('dlrm', columns)
    expect(await readModelFile(file(JSON.stringify(document)))).toEqual({ document })
  })

  it.each([
    ['{', 'not JSON'],
    ['{"format":"other"}', 'not a model document'],
    ['{"format":"dlrm-studio-model","version":1,"name":"x","nodes":[]}', 'nodes'],
  ])('says what is wrong with %s', async (text, message) => {
    const answer = await readModelFile(file(text))
    expect(answer).toMatchObject({
      problem: { code: 'InvalidModel', file: 'model.json', message: expect.stringContaining(message) },
    })
  })

  it('does not read what is too large or cannot be read', async () => {
    const huge = { name: 'a', size: MAX_DOCUMENT_BYTES + 1, text: () => Promise.resolve('') }
    expect(await readModelFile(huge)).toMatchObject({
      problem: { message: expect.stringContaining('larger than 8.4 MB') },
    })
    const folder = { name: 'a', size: 0, text: () => Promise.reject(new Error('no')) }
    expect(await readModelFile(folder)).toMatchObject({
      problem: { message: expect.stringContaining('cannot be read') },
    })
  })
})
