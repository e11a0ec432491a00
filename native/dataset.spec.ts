import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { datasetManifest } from '../main/contract/manifest.ts'
import {
  nativeAddon,
  type BatchLoaderOptions,
  type ImportProgress,
  type ImportResult,
  type ImportSpec,
  type NativeDataset,
} from './index.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dataset-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function specOf(text: string, changes: Partial<ImportSpec> = {}): ImportSpec {
  const file = join(folder, 'rows.csv')
  writeFileSync(file, text)
  const vocabulary = { kind: 'vocabulary', minimumCount: 1 } as const
  return {
    files: [file],
    delimiter: ',',
    quotes: true,
    header: true,
    columns: [
      { name: 'label', role: 'label' },
      { name: 'age', role: 'dense', type: 'float', transform: 'standard', missing: 'median' },
      { name: 'user', role: 'sparse', type: 'text', encoding: vocabulary },
      { name: 'tags', role: 'multiValued', type: 'text', encoding: vocabulary, separator: '|' },
      { name: 'ad', role: 'sparse', type: 'hex', encoding: { kind: 'hash', size: 100 } },
      { name: 'note', role: 'ignore' },
    ],
    split: { kind: 'modulo', modulus: 5, validation: [3], test: [4] },
    destination: join(folder, 'set'),
    name: 'set',
    maxRejected: 0.1,
    reportRejected: 10,
    provenance: { source: 'made here' },
    ...changes,
  }
}

const HEADER = 'label,age,user,tags,ad,note\n'

function lines(count: number): string {
  const line = (i: number) =>
    `${i % 2},${i % 60},user ${i % 7},${i % 3 ? `a|t${i % 5}` : ''},${i.toString(16)},x`
  return HEADER + Array.from({ length: count }, (_, i) => line(i) + '\n').join('')
}

async function importRows(spec: ImportSpec, onProgress: (progress: string) => void = () => {}) {
  return JSON.parse(await nativeAddon().importTable(JSON.stringify(spec), onProgress).done) as ImportResult
}

async function imported(count: number): Promise<NativeDataset> {
  await importRows(specOf(lines(count)))
  return nativeAddon().openDataset(join(folder, 'set'))
}

const EPOCH: BatchLoaderOptions = {
  split: 'train',
  batchSize: 8,
  shuffle: true,
  seed: 1,
  epoch: 0,
  startBatch: 0,
  dense: ['age'],
  sparse: ['tags', 'user'],
}

describe('importTable', () => {
  it('writes a dataset whose manifest satisfies the contract and whose files verify', async () => {
    const progress: ImportProgress[] = []
    const result = await importRows(specOf(lines(100)), (text) =>
      progress.push(JSON.parse(text) as ImportProgress),
    )
    expect(result).toMatchObject({ rows: 100, rejected: { count: 0, first: [] } })
    expect(progress[0]).toMatchObject({ phase: 'scan' })
    const dataset = nativeAddon().openDataset(join(folder, 'set'))
    await dataset.verify()
    const manifest = datasetManifest.parse(JSON.parse(dataset.manifest()))
    expect(manifest.splits.train.rows).toBe(60)
    expect(manifest.bytes).toBe(result.bytes)
    expect(manifest.columns.map((column) => column.name)).toEqual(['age', 'user', 'tags', 'ad'])
  })

  it('rejects with code and details where too many rows are bad, and leaves nothing', async () => {
    const spec = specOf(`${HEADER}2,1,u,,0,\n1,1,u,,0,\n`)
    const error = await importRows(spec).then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { code: string; details: string },
    )
    expect(error).toMatchObject({ code: 'TooManyRejectedRows' })
    expect(JSON.parse(error?.details ?? '')).toMatchObject({
      count: 1,
      first: [{ file: 0, row: 2, column: 'label', reason: 'label is 2; it must be 0 or 1' }],
    })
    expect(existsSync(spec.destination)).toBe(false)
  })

  it('stops when it is cancelled, and leaves nothing', async () => {
    const spec = specOf(lines(400_000))
    const job = nativeAddon().importTable(JSON.stringify(spec), () => {})
    job.cancel()
    await expect(job.done).rejects.toMatchObject({ code: 'Cancelled' })
    expect(existsSync(spec.destination)).toBe(false)
  })

  it('goes on where the progress function throws', async () => {
    const fail = () => {
      throw new Error('a listener failed')
    }
    expect((await importRows(specOf(lines(50)), fail)).rows).toBe(50)
  })

  it('refuses arguments that are none with a typed error', () => {
    const addon = nativeAddon() as unknown as Record<
      'importTable' | 'openDataset',
      (...values: unknown[]) => unknown
    >
    const wrong = expect.objectContaining({ code: 'InvalidArgument' })
    for (const spec of [undefined, null, 5, {}, '', '{', '[]', '{"files":5}']) {
      expect(() => addon.importTable(spec, () => {})).toThrow(wrong)
    }
    expect(() => addon.importTable(JSON.stringify(specOf(HEADER)), 'no function')).toThrow(wrong)
    for (const directory of [undefined, null, 5, {}])
      expect(() => addon.openDataset(directory)).toThrow(wrong)
    expect(() => addon.openDataset(join(folder, 'none'))).toThrow(
      expect.objectContaining({ code: 'NotFound' }),
    )
  })
})

describe('batches', () => {
  it('copies each batch into arrays, the last one short, then ends', async () => {
    const dataset = await imported(100)
    const loader = dataset.batches({ ...EPOCH, shuffle: false })
    expect(loader.remaining()).toBe(8)
    const first = loader.next()
    expect(first).toMatchObject({ size: 8 })
    expect(first?.dense).toBeInstanceOf(Float32Array)
    expect(first?.labels).toEqual(Float32Array.from([0, 1, 0, 1, 0, 1, 0, 1]))
    const [tags, user] = first?.columns ?? []
    expect(tags?.offsets).toEqual(Int32Array.from([0, 0, 2, 4, 6, 6, 8, 10, 12]))
    expect(user?.offsets).toBeUndefined()
    expect(user?.indices).toHaveLength(8)
    let last = first
    for (let batch = loader.next(); batch; batch = loader.next()) last = batch
    expect(last?.size).toBe(4)
    expect(loader.remaining()).toBe(0)
  })

  it('gives a resumed epoch the batches it had left', async () => {
    const dataset = await imported(100)
    const whole = dataset.batches(EPOCH)
    for (let i = 0; i < 5; i++) whole.next()
    const resumed = dataset.batches({ ...EPOCH, startBatch: 5 })
    expect(resumed.remaining()).toBe(3)
    for (let i = 0; i < 3; i++) expect(resumed.next()).toEqual(whole.next())
    expect(resumed.next()).toBeNull()
  })

  it('ends when it is closed', async () => {
    const loader = (await imported(100)).batches(EPOCH)
    loader.close()
    expect(loader.next()).toBeNull()
    expect(loader.remaining()).toBe(0)
    loader.close()
  })

  it('refuses options that make no sense with a typed error', async () => {
    const dataset = await imported(20)
    const wrong: unknown[] = [undefined, null, 5, 'train', {}, []]
    const changes: Record<string, unknown> = {
      split: 'all',
      batchSize: 0,
      shuffle: 1,
      seed: -1,
      epoch: 0.5,
      startBatch: NaN,
      dense: ['user'],
      sparse: [5],
    }
    for (const [name, value] of Object.entries(changes)) wrong.push({ ...EPOCH, [name]: value })
    for (const options of wrong) {
      expect(() => dataset.batches(options as BatchLoaderOptions)).toThrow(
        expect.objectContaining({ code: 'InvalidArgument' }),
      )
    }
  })

  it('tells damage where a file was changed after it was written', async () => {
    const dataset = await imported(50)
    const path = join(folder, 'set', 'train', 'rows.bin')
    const bytes = readFileSync(path)
    bytes[0] = 7
    writeFileSync(path, bytes)
    await expect(dataset.verify()).rejects.toMatchObject({ code: 'Corrupt' })
  })
})
