import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { DatasetService } from './dataset-service.ts'

const fixture = (name: string) => join(import.meta.dirname, '../../test/fixtures/formats', name)
const quiet = { signal: new AbortController().signal, report: () => undefined }

async function serviceWith(file: string) {
  const service = new DatasetService({ workspace: await temporaryFolder() })
  const job = await service.startImport({ name: 'original', format: 'auto', files: [file], maxRejected: 0 })
  await service.waitForJob(job)
  const { columns } = await service.show('original')
  const names = (dense: boolean) =>
    columns.filter(({ role }) => (role === 'dense') === dense).map(({ name }) => name)
  /** Labels, indices and dense values of a file's rows. */
  const encoded = (path: string) =>
    service.withEncodedFile(path, 'original', quiet, ({ dataset, rows }) => {
      const order = { batchSize: 1000, shuffle: false, seed: 0, epoch: 0, startBatch: 0 }
      const loader = dataset.batches({ split: 'test', ...order, dense: names(true), sparse: names(false) })
      const batch = loader.next()
      loader.close()
      return Promise.resolve({ rows, batch })
    })
  return { service, encoded }
}

describe('encoding a file of another format', () => {
  it('gives the same rows from Parquet, Arrow and JSON', async () => {
    const { encoded } = await serviceWith(fixture('zstd.parquet'))
    const expected = await encoded(fixture('zstd.parquet'))
    expect(expected.rows).toBe(60)
    for (const name of ['snappy.parquet', 'lz4.feather', 'stream.arrow', 'records.jsonl', 'array.json'])
      expect(await encoded(fixture(name)), name).toEqual(expected)
  })

  it('reads text with a dialect of its own', async () => {
    const folder = await temporaryFolder()
    const json = join(folder, 'a.jsonl')
    const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => ({
      label: at % 2,
      x: at / 4,
      city: `c ${at % 3}`,
    }))
    await writeFile(json, rows.map((row) => JSON.stringify(row)).join('\n'))
    const text = join(folder, 'a.txt')
    await writeFile(
      text,
      `city;label;x\n${rows.map(({ label, x, city }) => `"${city}";${label};${x}`).join('\n')}\n`,
    )
    const { encoded } = await serviceWith(json)
    expect(await encoded(text)).toEqual(await encoded(json))
  })

  it('reads the features that the dataset of a libsvm file has', async () => {
    const folder = await temporaryFolder()
    const [first, other] = [join(folder, 'a.svm'), join(folder, 'b.svm')]
    await writeFile(first, '1 1:0.5 3:2\n0 2:1.5\n'.repeat(10))
    await writeFile(other, '0 3:2\n')
    const { encoded } = await serviceWith(first)
    const { rows, batch } = await encoded(other)
    expect(rows).toBe(1)
    expect(batch?.dense).toHaveLength(3)
  })
})
