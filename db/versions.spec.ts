import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { presetDocument } from '../main/model/presets/index.ts'
import { restoreVersion, saveVersion, listVersions } from '../main/serving/model-versions.ts'
import { sampleRun } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from './index.ts'

const columns = { dense: ['a'], sparse: [{ name: 'b', cardinality: 5, multiValued: false }] }
const document = presetDocument('dlrm', columns, {})

async function opened() {
  const database = openStudioDatabase(join(await temporaryFolder(), 'studio.db'))
  return { database, id: database.models.save(null, document).id }
}

it('keeps versions as they were while the model is edited, and restores one as an edit', async () => {
  const { database, id } = await opened()
  const version = saveVersion(database, id, 'first')
  const other = { ...document, name: 'Other', nodes: document.nodes.slice(0, -1) }
  database.models.save(id, other)
  expect(database.versions.get(version.id).document).toEqual(document)
  const restored = restoreVersion(database, id, version)
  expect(restored.document).toEqual(document)
  expect(restored.undoState).toMatchObject({ done: 2, undo: 'Restore first' })
  expect(database.models.step(id, 'undo')).toEqual(other)
  // What is there already changes nothing.
  database.models.step(id, 'redo')
  expect(restoreVersion(database, id, version).undoState.done).toBe(2)
})

it('lists them newest first, renames, and deletes them with their model', async () => {
  const { database, id } = await opened()
  const first = saveVersion(database, id, 'first')
  await vi.waitFor(() => expect(new Date().toISOString() > first.createdAt).toBe(true))
  saveVersion(database, id, 'second')
  database.versions.rename(first.id, 'renamed')
  expect(listVersions(database, id).map(({ name }) => name)).toEqual(['second', 'renamed'])
  database.models.remove(id)
  expect(() => database.versions.get(first.id)).toThrow('no longer exists')
  expect(() => saveVersion(database, id, 'late')).toThrow('no saved model')
  expect(() => database.versions.rename(first.id, 'x')).toThrow('no longer exists')
})

it('lists the runs of the model, and none of another that has its name', async () => {
  const { database, id } = await opened()
  const twin = database.models.save(null, document).id
  const start = (name: string, modelId: string | null) =>
    database.runs.create(sampleRun({ name, model: document, modelId }))
  start('of the preset', null)
  start('of the twin', twin)
  start('its own', id)
  expect(listVersions(database, id).map(({ name }) => name)).toEqual(['its own'])
  expect(listVersions(database, twin).map(({ name }) => name)).toEqual(['of the twin'])
  // Two models have the same document, so it does not say which of them a run trained.
  expect(database.models.idOf(document)).toBeNull()
  database.models.remove(twin)
  expect(database.models.idOf(document)).toBe(id)
})
