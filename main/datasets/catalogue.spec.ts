import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { listDatasets, readManifest, requireDataset } from './catalogue.ts'
import { datasetFolders, prepareFolders, type DatasetFolders } from './workspace-folders.ts'

const manifest: DatasetManifest = {
  format: 'dlrm-studio-dataset',
  version: 1,
  name: 'clicks',
  createdAt: '2024-05-01T10:00:00Z',
  hash: 'abc',
  rows: 10,
  bytes: 400,
  splits: {
    train: { rows: 8, labelMean: 0.5 },
    validation: { rows: 1, labelMean: 0 },
    test: { rows: 1, labelMean: 1 },
  },
  split: { kind: 'ratio' },
  label: { name: 'label' },
  columns: [],
  rejected: { count: 0, first: [] },
  sources: [{ path: join('data', 'clicks.csv'), bytes: 100, sha256: 'def' }],
  files: [],
  provenance: {},
}

async function workspace(): Promise<DatasetFolders> {
  const folders = datasetFolders(await temporaryFolder())
  await prepareFolders(folders)
  return folders
}

async function addDataset(folders: DatasetFolders, id: string, content: string): Promise<void> {
  await mkdir(join(folders.datasets, id))
  await writeFile(join(folders.datasets, id, 'manifest.json'), content)
}

describe('listDatasets', () => {
  it('lists the newest first and a damaged one with its problem', async () => {
    const folders = await workspace()
    await addDataset(folders, 'old', JSON.stringify(manifest))
    await addDataset(folders, 'new', JSON.stringify({ ...manifest, createdAt: '2024-06-01T10:00:00Z' }))
    await addDataset(folders, 'damaged', '{"format":')
    const listed = await listDatasets(folders)
    expect(listed.filter((dataset) => !dataset.problem).map((dataset) => dataset.id)).toEqual(['new', 'old'])
    expect(listed.find((dataset) => dataset.id === 'old')).toMatchObject({ rows: 10, source: 'clicks.csv' })
    expect(listed.find((dataset) => dataset.problem)).toMatchObject({ id: 'damaged', rows: 0 })
  })

  it('names a damaged dataset, what is wrong, and what to do', async () => {
    const folders = await workspace()
    await addDataset(folders, 'damaged', JSON.stringify({ ...manifest, rows: 'many' }))
    await expect(readManifest(folders, 'damaged')).rejects.toThrow(/damaged.*rows.*import it again/)
  })
})

describe('requireDataset', () => {
  it.each(['', '..', '.', '../importing', 'a/../b', '/etc', 'missing', 'nul\0'])(
    'says NotFound for %j',
    async (id) => {
      const folders = await workspace()
      expect(() => requireDataset(folders, id)).toThrow('There is no dataset')
    },
  )
})
