import { columnsOf } from './columns-of.ts'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { importSchema, type ImportRequest } from '../contract/datasets.ts'
import type { EngineEvent } from '../contract/events.ts'
import { DatasetService } from './dataset-service.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/clicks.csv', import.meta.url))

async function newService() {
  const workspace = await temporaryFolder()
  const events: EngineEvent[] = []
  const service = new DatasetService({ workspace, onEvent: (event) => events.push(event) })
  return { workspace, events, service }
}

async function writeRows(rows: string[]): Promise<string> {
  const file = join(await temporaryFolder(), 'rows.csv')
  await writeFile(file, `label,dense_age,sparse_city\n${rows.join('\n')}\n`)
  return file
}

const leftovers = (workspace: string) => readdir(join(workspace, 'importing'))

describe('DatasetService', () => {
  it('imports the example, lists it, binds its columns, opens it and deletes it', async () => {
    const { service, workspace, events } = await newService()
    const job = await service.startImport({ name: 'clicks', files: [EXAMPLE], format: 'auto' })
    expect(await service.waitForJob(job)).toMatchObject({
      dataset: 'clicks',
      rows: 600,
      rejected: { count: 0 },
    })
    expect(await leftovers(workspace)).toEqual([])
    expect(await service.list()).toMatchObject([
      { id: 'clicks', rows: 600, denseColumns: 3, sparseColumns: 4, source: 'clicks.csv', problem: null },
    ])
    const bound = columnsOf(await service.show('clicks'))
    expect(bound.dense).toEqual(['dense_position', 'dense_price', 'dense_hour'])
    expect(bound.sparse.at(-1)).toMatchObject({ name: 'multi_tags', cardinality: 8, multiValued: true })
    await service.open('clicks').verify()
    await service.remove('clicks')
    expect(await service.list()).toEqual([])
    const changes = events.filter((event) => event.kind === 'changed')
    expect(changes).toMatchObject([
      { what: 'datasets', changed: [{ id: 'clicks', rows: 600 }], removed: [], total: 1 },
      { what: 'datasets', changed: [], removed: ['clicks'], total: 0 },
    ])
  })

  it('follows the example schema', async () => {
    const { service } = await newService()
    const schema = importSchema.parse(
      JSON.parse(await readFile(EXAMPLE.replace('.csv', '-schema.json'), 'utf8')),
    )
    const job = await service.startImport({ name: 'clicks', files: [EXAMPLE], format: 'csv', schema })
    await service.waitForJob(job)
    const { splits, columns } = await service.show('clicks')
    expect(splits).toMatchObject({ train: { rows: 480 }, validation: { rows: 60 }, test: { rows: 60 } })
    expect(columns.find((column) => column.name === 'sparse_campaign')).toMatchObject({ cardinality: 64 })
    expect(columns[0]).toMatchObject({ name: 'dense_position', transform: 'logClipped' })
  })

  it('reports rejected rows with file, row, column and reason, and imports the others', async () => {
    const { service } = await newService()
    const good = Array.from({ length: 30 }, (_, at) => `${at % 2},${at},Rome`)
    const file = await writeRows([...good, '5,1,Rome', '1,old,Rome'])
    const job = await service.startImport({ name: 'x', files: [file], format: 'csv' })
    const { rows, rejected } = await service.waitForJob(job)
    expect(rows).toBe(30)
    expect(rejected.count).toBe(2)
    expect(rejected.first).toMatchObject([
      { file, row: 32, column: 'label' },
      { file, row: 33, column: 'dense_age' },
    ])
  })

  it('fails with the rejected rows where too many are, unless more are allowed', async () => {
    const { service, workspace } = await newService()
    const file = await writeRows(['1,2,Rome', '0,3,Oslo', '9,4,Lima'])
    const job = await service.startImport({ name: 'x', files: [file], format: 'csv' })
    await expect(service.waitForJob(job)).rejects.toMatchObject({
      data: {
        code: 'TooManyRejectedRows',
        row: 4,
        column: 'label',
        details: { rejected: { count: 1, stored: 1, first: [{ file, row: 4, column: 'label' }] } },
      },
    })
    expect(await leftovers(workspace)).toEqual([])
    const split = { kind: 'tail', validation: 0, test: 0 } as const
    const lenient = await service.startImport({
      name: 'x',
      files: [file],
      format: 'csv',
      maxRejected: 0.5,
      split,
    })
    expect((await service.waitForJob(lenient)).rows).toBe(2)
  })

  it('refuses a name that is taken or being taken, and names that are no folder names', async () => {
    const { service } = await newService()
    const request: ImportRequest = { name: 'x', files: [EXAMPLE], format: 'auto', maxRejected: 0.1 }
    const job = await service.startImport(request)
    await expect(service.startImport(request)).rejects.toMatchObject({ data: { code: 'AlreadyExists' } })
    await service.waitForJob(job)
    await expect(service.startImport(request)).rejects.toMatchObject({ data: { code: 'AlreadyExists' } })
    await expect(service.startImport({ ...request, name: '../x' })).rejects.toThrow()
  })

  it('leaves nothing of a cancelled import', async () => {
    const { service, workspace } = await newService()
    const file = await writeRows(
      Array.from({ length: 400_000 }, (_, at) => `${at % 2},${at},city-${at % 5000}`),
    )
    const job = await service.startImport({ name: 'x', files: [file], format: 'csv' })
    await vi.waitFor(() => expect(service.jobs()[0]?.progress.state).toBe('running'))
    service.cancelJob(job)
    await expect(service.waitForJob(job)).rejects.toMatchObject({ data: { code: 'Cancelled' } })
    expect(service.jobs()[0]?.progress.state).toBe('cancelled')
    expect(await leftovers(workspace)).toEqual([])
    expect(await service.list()).toEqual([])
  })

  it('tells what another process does to the datasets', async () => {
    const { service, workspace, events } = await newService()
    await service.watch()
    const other = new DatasetService({ workspace })
    await other.waitForJob(await other.startImport({ name: 'x', files: [EXAMPLE], format: 'auto' }))
    await vi.waitFor(
      () =>
        expect(events.at(-1)).toMatchObject({
          kind: 'changed',
          what: 'datasets',
          total: 1,
          changed: [{ id: 'x', problem: null }],
        }),
      10_000,
    )
    await service.close()
  })
})

describe('the criteo-synthetic sample', () => {
  it('depends on its seed alone and tells its ceiling', async () => {
    const hashes: string[] = []
    for (const seed of [3, 3, 4]) {
      const { service } = await newService()
      await service.waitForJob(await service.startSample({ name: 'criteo-synthetic', rows: 20_000, seed }))
      const manifest = await service.show('criteo-synthetic')
      hashes.push(manifest.hash)
      expect(manifest.splits).toMatchObject({ train: { rows: 16_000 }, test: { rows: 2000 } })
      expect(manifest.provenance.ceilingAuc).toBeGreaterThan(0.74)
    }
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[2]).not.toBe(hashes[0])
  })
})
