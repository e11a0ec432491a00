import { describe, expect, it } from 'vitest'
import { parseAssignment } from '../assign-setting.ts'
import type { BoundColumns } from '../document.ts'
import { defaultSettings, presetNames, type PresetName } from './index.ts'
import { unusedSetting } from './unused-setting.ts'

const columns: BoundColumns = {
  dense: ['age', 'price'],
  sparse: [
    { name: 'user', cardinality: 1000, multiValued: false },
    { name: 'tags', cardinality: 50, multiValued: true },
  ],
}
const onlySparse = { ...columns, dense: [] }
const oneValueEach = { ...columns, sparse: columns.sparse.slice(0, 1) }

const unused = (name: PresetName, settings: string[], bound = columns) =>
  unusedSetting(name, bound, settings.map(parseAssignment))?.path ?? null

describe('a setting of a preset', () => {
  it.each<[PresetName, string[], string, BoundColumns?]>([
    ['dlrm', ['weights=1-100'], 'weights'],
    ['dlrm', ['loss=mse', 'weights=1-1'], 'weights'],
    ['logistic-regression', ['weights=1-100'], 'weights'],
    ['dlrm', ['interaction=cat', 'includeSelf=true'], 'includeSelf'],
    ['dlrm', ['bottom=32'], 'bottom', onlySparse],
    ['dcn', ['deep=[]', 'dropout=0.5'], 'dropout'],
    ['dcnv2', ['deep=[]', 'activation=tanh'], 'activation'],
    ['fm', ['columns.nobody.rows=10'], 'columns.nobody.rows'],
    ['mlp', ['pooling=mean'], 'pooling', oneValueEach],
    ['deepfm', ['columns={"nobody":{"rows":5}}'], 'columns.nobody.rows'],
    ['mlp', ['dimension=8', 'pooling=sum'], 'pooling', oneValueEach],
    ['dlrm', ['compression.kind=quotientRemainder', 'compression.threshold=1000'], 'compression'],
    ['fm', ['compression.kind=hash', 'compression.rows=1000'], 'compression'],
    ['fm', ['compression.kind=hash', 'compression.rows=3', 'compression.threshold=2000'], 'compression'],
    ['mlp', ['columns.user.rows=10', 'compression.kind=quotientRemainder'], 'compression'],
  ])('of %s is named where it changes nothing: %j', (name, settings, path, bound) => {
    expect(unused(name, settings, bound)).toBe(path)
  })

  it.each<[PresetName, string[]]>([
    ['dlrm', ['loss=weightedBce', 'weights=1-100']],
    ['dlrm', ['loss=weightedBce', 'weights=1-1']],
    ['dlrm', ['loss=bce', 'clamp=0', 'dropout=0', 'activation=relu', 'includeSelf=false']],
    ['dlrm', ['dimension=16', 'bottom=64', 'top=64-32-1', 'interaction=dot']],
    ['dcnv2', ['rank=null', 'layers=3']],
    ['dcnv2', ['rank=4', 'deep=[]']],
    ['fm', ['compression.kind=hash', 'compression.rows=999']],
    ['fm', ['compression.kind=none']],
    ['fm', ['compression={"kind":"quotientRemainder","collisions":4,"operation":"add","threshold":100}']],
    ['mlp', ['columns.user.rows=10', 'columns.tags.tableDimension=4']],
    ['mlp', ['rowWeights=learned', 'pooling=sum']],
  ])('of %s is let be where another value would change something: %j', (name, settings) => {
    expect(unused(name, settings)).toBeNull()
  })

  it.each(presetNames)('of %s has an effect as long as no other takes it away', (name) => {
    const settings = Object.entries(defaultSettings(name)).filter(([, value]) => typeof value !== 'object')
    for (const [key, value] of settings) expect(unused(name, [`${key}=${String(value)}`]), key).toBeNull()
  })
})
