import { describe, expect, it } from 'vitest'
import { hideIdentity, type Identity } from './hide-identity.ts'

const identity: Identity = {
  home: '/home/ada',
  workspace: '/data/secret project/ws',
  user: 'ada',
  host: 'analytical-engine',
  names: ['clicks of customers', 'clicks', 'age', 'C1', '13'],
}
const hidden = (text: string, changes: Partial<Identity> = {}) =>
  hideIdentity(text, { ...identity, ...changes })

describe('a problem report', () => {
  it('names neither the user nor the machine nor the folders of either', () => {
    expect(hidden('at /home/ada/app/dist/engine.mjs:3 for ada on analytical-engine.local')).toBe(
      'at ~/app/dist/engine.mjs:3 for <user> on <host>.local',
    )
    expect(hidden('/data/secret project/ws/studio.db is locked')).toBe('<workspace>/studio.db is locked')
  })

  it('leaves folders and words alone that only begin like one of those', () => {
    expect(hidden('/home/ada-lovelace/x adapter canada', { user: '' })).toBe(
      '/home/ada-lovelace/x adapter canada',
    )
    expect(hidden('/home/adam')).toBe('/home/adam')
  })

  it('names the app, although a model may be called like a part of it', () => {
    expect(hidden('DLRM Studio 1.0: DLRM on clicks', { names: ['DLRM', 'Studio'] })).toBe(
      'DLRM Studio 1.0: <name> on clicks',
    )
  })

  it('has no names of datasets, columns, models and runs, known or in quotes', () => {
    expect(hidden('The dataset clicks of customers has no rows; clicks, age: 13 clicksx')).toBe(
      'The dataset <name> has no rows; <name>, <name>: 13 clicksx',
    )
    expect(hidden('training of “my run” and column "income" failed')).toBe(
      'training of “…” and column "…" failed',
    )
  })

  it('keeps of a file of data only its kind', () => {
    expect(hidden('/mnt/acme/customers-2026.csv.gz, row 3; ~/acme.tsv')).toBe('<file>.gz, row 3; <file>.tsv')
    expect(hidden('cannot read /opt/app/node_modules/zod/package.json')).toBe(
      'cannot read /opt/app/node_modules/zod/package.json',
    )
  })

  it('stays as it is where nothing is known', () => {
    const nobody = { home: '', workspace: null, user: '', host: '', names: ['', 'a.b', '$&'] }
    expect(hidden('Node 24 on linux x64', nobody)).toBe('Node 24 on linux x64')
  })
})
