import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { presetDocument } from '../main/model/presets/index.ts'
import type { ModelDocument } from '../main/model/document.ts'
import { placeNodes, removeNodes } from '../main/model/editing/edits.ts'
import { difference } from '../main/model/editing/patch.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase, type StudioDatabase } from './index.ts'

const columns = {
  dense: ['age'],
  sparse: [{ name: 'user', cardinality: 10, multiValued: false }],
}
const first = presetDocument('dlrm', columns)
const moved = placeNodes(first, new Map([[first.nodes[0]!.id, { x: 7, y: 8 }]]))
const smaller = removeNodes(moved, new Set([first.nodes[1]!.id]))

let file: string
let database: StudioDatabase
let id: string
beforeEach(async () => {
  file = join(await temporaryFolder(), 'studio.db')
  database = openStudioDatabase(file)
  onTestFinished(() => database.close())
  id = database.models.save(null, first).id
})

const edit = (name: string, before: ModelDocument, after: ModelDocument, done: number) =>
  database.models.edit(id, { name, after: done, patch: difference(before, after) })

describe('the edits of a model', () => {
  it('are in effect at once, and are undone and done again after the database was closed', () => {
    expect(edit('Move', first, moved, 0)).toEqual({ done: 1, undo: 'Move', redo: null })
    edit('Delete', moved, smaller, 1)
    database.close()
    database = openStudioDatabase(file)
    const { models } = database
    expect(models.get(id).document).toEqual(smaller)
    expect(models.step(id, 'undo')).toEqual(moved)
    expect(models.undoState(id)).toEqual({ done: 1, undo: 'Move', redo: 'Delete' })
    expect(models.step(id, 'undo')).toEqual(first)
    expect(models.step(id, 'undo')).toBeNull()
    expect(models.step(id, 'redo')).toEqual(moved)
    expect(models.step(id, 'redo')).toEqual(smaller)
    expect(models.step(id, 'redo')).toBeNull()
    expect(models.edits(id, 10).map(({ number, name }) => ({ number, name }))).toEqual([
      { number: 1, name: 'Move' },
      { number: 2, name: 'Delete' },
    ])
    expect(models.edits(id, 1).map(({ number }) => number)).toEqual([2])
  })

  it('that were undone are forgotten once another is made', () => {
    edit('Move', first, moved, 0)
    database.models.step(id, 'undo')
    edit('Delete', first, removeNodes(first, new Set([first.nodes[1]!.id])), 0)
    expect(database.models.undoState(id)).toEqual({ done: 1, undo: 'Delete', redo: null })
  })

  it('are refused where somebody else was faster, or they are of another model; nothing is changed', () => {
    edit('Move', first, moved, 0)
    expect(() => edit('Late', first, moved, 0)).toThrow('changed elsewhere')
    const patch = { splices: [{ at: 500, remove: 1, insert: [] }] }
    expect(() => database.models.edit(id, { name: 'Wrong', after: 1, patch })).toThrow('does not fit')
    const all = { splices: [{ at: 0, remove: first.nodes.length, insert: [] }] }
    expect(() => database.models.edit(id, { name: 'Nothing left', after: 1, patch: all })).toThrow(
      'does not fit',
    )
    expect(database.models.get(id).document).toEqual(moved)
    expect(database.models.undoState(id)).toEqual({ done: 1, undo: 'Move', redo: null })
  })

  it('go with their model', () => {
    edit('Move', first, moved, 0)
    database.models.remove(id)
    expect(() => database.models.undoState(id)).toThrow('no saved model')
    expect(() => database.models.edits(id, 10)).toThrow('no saved model')
  })

  it('hold a whole save as one of them', () => {
    database.models.save(id, smaller)
    expect(database.models.undoState(id)).toMatchObject({ done: 1, undo: 'Save' })
    expect(database.models.step(id, 'undo')).toEqual(first)
  })
})
