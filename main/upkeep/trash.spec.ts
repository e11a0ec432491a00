import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { contentOf } from '../../test/helpers/folder-content.ts'
import { sampleModel } from '../../test/helpers/sample-run.ts'
import { storedWorkspace } from '../../test/helpers/stored-workspace.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { observe } from '../../test/hostile/flipped-bits.ts'
import { DatasetService } from '../datasets/dataset-service.ts'
import { removeDataset } from '../runs/remove-dataset.ts'
import { trashRun } from '../runs/remove-run.ts'
import { deleteFromTrash, findInTrash, listTrash, restoreFromTrash } from './trash.ts'

async function sources() {
  const workspace = await temporaryFolder()
  const run = await storedWorkspace(workspace)
  const seen = await observe(workspace, run)
  const files = contentOf(join(workspace, 'checkpoints'))
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  const datasets = new DatasetService({ workspace })
  onTestFinished(async () => {
    database.close()
    await datasets.close()
  })
  return { workspace, run, seen, files, database, datasets }
}

it('brings a run, a model and a dataset back bit for bit', async () => {
  const all = await sources()
  const { workspace, run, seen, files, database, datasets } = all
  const model = database.models.page(null, 10)[0]!.id
  await expect(removeDataset(all, { id: 'clicks' })).rejects.toThrow(`run ${run} was trained on it`)
  await trashRun(all, run)
  database.trash.add('model', model)
  // A run in the trash does not count.
  await removeDataset(all, { id: 'clicks' })

  expect(database.runList.count()).toBe(0)
  expect(database.runList.byId([run])).toEqual([])
  expect(() => database.runs.get(run)).toThrow('is in the trash: restore it first')
  expect(database.models.count()).toBe(0)
  expect(() => database.models.save(model, sampleModel())).toThrow('There is no saved model')
  expect(await datasets.list()).toEqual([])
  const items = await listTrash(all)
  expect(items.map(({ kind, name }) => [kind, name]).toSorted()).toEqual([
    ['dataset', 'clicks'],
    ['model', 'logistic regression'],
    ['run', 'theirs'],
  ])
  for (const { bytes } of items) expect(bytes).toBeGreaterThan(100)

  for (const item of items) await restoreFromTrash(all, item)
  expect(await listTrash(all)).toEqual([])
  expect(contentOf(join(workspace, 'checkpoints'))).toEqual(files)
  expect(await observe(workspace, run)).toEqual(seen)
})

it('restores a dataset under another name if its own is in use, which its manifest then has', async () => {
  const all = await sources()
  const { workspace, datasets } = all
  const id = await removeDataset(all, { id: 'clicks', force: true })
  const item = { kind: 'dataset', id } as const
  await mkdir(join(workspace, 'datasets', 'clicks'))
  await expect(restoreFromTrash(all, item)).rejects.toThrow('A dataset named clicks already exists')
  await expect(restoreFromTrash(all, item, '../x')).rejects.toMatchObject({
    data: { code: 'InvalidArgument' },
  })
  await restoreFromTrash(all, item, 'clicks-2')
  expect(await datasets.verify('clicks-2')).toMatchObject({ name: 'clicks-2', rows: 1000 })
  await expect(restoreFromTrash(all, item)).rejects.toMatchObject({ data: { code: 'NotFound' } })
})

it('deletes for good only what is in the trash', async () => {
  const all = await sources()
  const { workspace, run, database } = all
  await expect(deleteFromTrash(all, { kind: 'run', id: run })).rejects.toThrow('is not in the trash')
  await expect(deleteFromTrash(all, { kind: 'dataset', id: '..' })).rejects.toThrow('is not in the trash')
  await trashRun(all, run)
  await deleteFromTrash(all, findInTrash(await listTrash(all), 'theirs'))
  expect(await listTrash(all)).toEqual([])
  expect(contentOf(join(workspace, 'checkpoints'))).toEqual({})
  expect(database.integrity()).toEqual([])
  expect(() => database.runs.row(run)).toThrow('There is no run')
})

it('reports runs that go and come to whoever follows the list', async () => {
  const all = await sources()
  const { run, database } = all
  const before = database.runList.lastChange()
  await trashRun(all, run)
  expect(database.runList.changesAfter(before, 10)).toMatchObject({ changed: [], removed: [run] })
  const trashed = database.runList.lastChange()
  await restoreFromTrash(all, { kind: 'run', id: run })
  expect(database.runList.changesAfter(trashed, 10)).toMatchObject({ changed: [{ id: run }], removed: [] })
})

it('names an item by its id where several have its name', () => {
  const item = (id: string) => ({ kind: 'run' as const, id, name: 'same', deletedAt: '', bytes: 0 })
  expect(findInTrash([item('a'), item('b')], 'b').id).toBe('b')
  expect(() => findInTrash([item('a'), item('b')], 'same')).toThrow('give an id, one of a, b')
  expect(() => findInTrash([], 'same')).toThrow('is not in the trash')
})
