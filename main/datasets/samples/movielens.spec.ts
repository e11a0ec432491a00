import { columnsOf } from '../columns-of.ts'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import type { ManifestDenseColumn, ManifestSparseColumn } from '../../contract/manifest.ts'
import { DatasetService } from '../dataset-service.ts'

async function installed(localFile?: string) {
  const service = new DatasetService({ workspace: await temporaryFolder() })
  const job = await service.startSample({ name: 'movielens-100k', localFile })
  const outcome = await service.waitForJob(job)
  return { service, outcome, manifest: await service.show('movielens-100k') }
}

/** The figures are those of test/fixtures/reference/movielens.md. */
describe('the MovieLens 100K sample', () => {
  it('is exactly the data set that the reference describes', async () => {
    const { outcome, manifest, service } = await installed()
    expect(outcome).toMatchObject({ dataset: 'movielens-100k', rows: 100_000, rejected: { count: 0 } })
    const { train, validation, test } = manifest.splits
    expect([train.rows, validation.rows, test.rows]).toEqual([80_000, 10_000, 10_000])
    expect([train, validation, test].map(({ labelMean }) => labelMean?.toFixed(4))).toEqual([
      '0.5539',
      '0.5501',
      '0.5562',
    ])

    expect(columnsOf(manifest)).toEqual({
      dense: ['age', 'release_year'],
      sparse: [
        { name: 'user_id', cardinality: 944, multiValued: false, meanValues: 1 },
        { name: 'item_id', cardinality: 1651, multiValued: false, meanValues: 1 },
        { name: 'gender', cardinality: 3, multiValued: false, meanValues: 1 },
        { name: 'occupation', cardinality: 22, multiValued: false, meanValues: 1 },
        { name: 'zip_code', cardinality: 796, multiValued: false, meanValues: 1 },
        { name: 'genres', cardinality: 20, multiValued: true, meanValues: expect.closeTo(2.126, 3) },
      ],
    })
    const [age, year] = manifest.columns as ManifestDenseColumn[]
    expect(age).toMatchObject({ median: 30, missingShare: 0, transform: 'standard', missing: 'median' })
    expect(year).toMatchObject({ median: 1994, transform: 'standard', missing: 'median' })
    expect(year?.missingShare).toBeCloseTo(15 / 100_000, 9)
    // The transform scales the years after missing ones are filled in; the column's own mean is of those that are there.
    expect([age?.mean.toFixed(6), year?.mean.toFixed(6)]).toEqual(['32.985025', '1987.764162'])
    expect([age?.scale?.mean.toFixed(6), year?.scale?.mean.toFixed(6)]).toEqual(['32.985025', '1987.765175'])
    expect([age?.scale?.standardDeviation.toFixed(6), year?.scale?.standardDeviation.toFixed(6)]).toEqual([
      '11.563748',
      '14.138935',
    ])
    expect((manifest.columns.at(-1) as ManifestSparseColumn).meanValues.toFixed(3)).toBe('2.126')

    expect(unseenItems(service, 'validation')).toBe(17)
    expect(unseenItems(service, 'test')).toBe(17)
    expect(manifest.provenance.licence).toMatch(/GroupLens.*Harper and Joseph A\. Konstan\. 2015/)
    await service.open('movielens-100k').verify()
  })

  it('says what is missing in a folder that is not MovieLens', async () => {
    const folder = join(await temporaryFolder(), 'data')
    await mkdir(folder)
    await expect(installed(folder)).rejects.toMatchObject({ data: { code: 'NotFound', file: folder } })
  })

  it('refuses files of the right name with other content', async () => {
    const folder = join(await temporaryFolder(), 'data')
    await mkdir(folder)
    for (const name of ['inter', 'item', 'user'])
      await writeFile(join(folder, `ml-100k.${name}`), 'user_id\n1\n')
    await expect(installed(folder)).rejects.toMatchObject({ data: { code: 'Corrupt' } })
  })
})

function unseenItems(service: DatasetService, split: 'validation' | 'test'): number {
  const loader = service.open('movielens-100k').batches({
    split,
    batchSize: 10_000,
    shuffle: false,
    seed: 0,
    epoch: 0,
    startBatch: 0,
    dense: [],
    sparse: ['item_id'],
  })
  const indices = loader.next()?.columns[0]?.indices ?? new Int32Array()
  loader.close()
  return [...indices].filter((index) => Number(index) === 0).length
}
