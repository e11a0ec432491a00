import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { once } from '../../test/helpers/once.ts'
import { stabilityIndex, type SplitCounts } from '../contract/dataset-statistics.ts'
import type { ImportRequest } from '../contract/datasets.ts'
import { DatasetService } from './dataset-service.ts'

/** test/fixtures/reference/statistics/make.py made both with pandas, NumPy and scikit-learn. */
const reference = (name: string) =>
  fileURLToPath(new URL(`../../test/fixtures/reference/statistics/${name}`, import.meta.url))

interface ExpectedColumn {
  name: string
  auc: number
  stability: [number, number]
  missing: SplitCounts
  /** Of dense columns. */
  mean?: number
  standardDeviation?: number
  quantiles?: number[]
  bins?: SplitCounts[]
  /** Of sparse columns. */
  values?: (SplitCounts & { value: string })[]
  unknown?: SplitCounts
}
const expected = JSON.parse(readFileSync(reference('expected.json'), 'utf8')) as {
  columns: ExpectedColumn[]
  repeatedTrainingRows: number
  seenRows: number
}

const dense = (name: string) => ({ name, role: 'dense', transform: 'none', missing: 'median' }) as const
const request: ImportRequest = {
  name: 'clicks',
  files: [reference('clicks.csv')],
  format: 'csv',
  maxRejected: 0,
  schema: {
    columns: [
      { name: 'label', role: 'label' },
      ...['price', 'steps', 'paid'].map(dense),
      { name: 'city', role: 'sparse' },
      { name: 'tags', role: 'multiValued', separator: '|' },
    ],
    split: { kind: 'modulo', modulus: 10, validation: [8], test: [9] },
  },
}

const workspace = mkdtempSync(join(tmpdir(), 'statistics-'))
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

const imported = once(async () => {
  const service = new DatasetService({ workspace })
  await service.waitForJob(await service.startImport(request))
  return service
})

const near = (value: number | undefined): unknown => expect.closeTo(value ?? NaN, 9)

describe('the statistics of a dataset', () => {
  it('are those of pandas and NumPy on the same file: quantiles, bins, values, missing and drift', async () => {
    const statistics = await (await imported()).statistics('clicks')
    expect(statistics?.columns.map(({ name }) => name)).toEqual(expected.columns.map(({ name }) => name))
    for (const [at, column] of (statistics?.columns ?? []).entries()) {
      const wanted = expected.columns[at]!
      expect(column.missing, column.name).toEqual(wanted.missing)
      expect([stabilityIndex(column, 1), stabilityIndex(column, 2)]).toEqual(wanted.stability.map(near))
      if (column.role === 'dense') {
        expect(column.quantiles.map(({ value }) => value)).toEqual(wanted.quantiles?.map(near))
        expect(column.bins.map(({ rows, positives }) => ({ rows, positives }))).toEqual(wanted.bins)
      } else {
        expect(column.values).toEqual(wanted.values)
        expect(column.unknown).toEqual(wanted.unknown)
        expect(column.others.rows).toEqual([0, 0, 0])
      }
    }
  })

  it('have the mean and deviation of the values that are present', async () => {
    const { columns } = await (await imported()).show('clicks')
    const found = columns.flatMap((column) =>
      column.role === 'dense' ? [[column.mean, column.standardDeviation]] : [],
    )
    const wanted = expected.columns.filter(({ mean }) => mean !== undefined)
    expect(found).toEqual(wanted.map(({ mean, standardDeviation }) => [near(mean), near(standardDeviation)]))
  })
})

describe('the search for leaks', () => {
  it('scores each column alone as scikit-learn does, and counts the rows that training has seen', async () => {
    const service = await imported()
    const shares: number[] = []
    const report = await service.leaks('clicks', new AbortController().signal, (share) => shares.push(share))
    expect(report).toMatchObject({
      split: 'test',
      scoredRows: 300,
      oneIn: 1,
      repeatedTrainingRows: expected.repeatedTrainingRows,
      comparedTrainingRows: 2400,
      seenRows: expected.seenRows,
      comparedRows: 300,
    })
    expect(report.columns.map(({ column, auc }) => [column, auc])).toEqual(
      expected.columns.map(({ name, auc }) => [name, near(auc)]),
    )
    expect(report.columns.find(({ column }) => column === 'city')?.unknown).toBeGreaterThan(0)
    expect(shares.at(-1)).toBeGreaterThan(0)
  })

  it('ends when it is cancelled, and says what a dataset without test rows lacks', async () => {
    const service = await imported()
    await expect(service.leaks('clicks', AbortSignal.abort(), () => undefined)).rejects.toMatchObject({
      data: { code: 'Cancelled' },
    })
    const split = { kind: 'tail', validation: 0, test: 0 } as const
    await service.waitForJob(await service.startImport({ ...request, name: 'all', split }))
    await expect(service.leaks('all', new AbortController().signal, () => undefined)).rejects.toMatchObject({
      data: {
        code: 'InvalidArgument',
        message: expect.stringContaining('no test or validation rows') as string,
      },
    })
  })
})
