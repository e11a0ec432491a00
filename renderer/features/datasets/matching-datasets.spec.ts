import { expect, it } from 'vitest'
import type { DatasetSummary } from '../../../main/contract/datasets.ts'
import { matchingDatasets } from './matching-datasets.ts'

const dataset = (name: string, source: string): DatasetSummary => ({
  id: name,
  name,
  source,
  rows: 1,
  bytes: 1,
  denseColumns: 1,
  sparseColumns: 1,
  labelMean: 0.5,
  createdAt: '2026-01-01T00:00:00Z',
  hash: '',
  problem: null,
})

it('datasets are found by all words of their names and sources, whatever the case', () => {
  const datasets = [
    dataset('clicks-may', 'May.csv'),
    dataset('clicks-june', 'june.csv'),
    dataset('ratings', 'u.data'),
  ]
  const found = (text: string) => matchingDatasets(datasets, text).map(({ name }) => name)
  expect(found('')).toHaveLength(3)
  expect(found(' CLICKS ')).toEqual(['clicks-may', 'clicks-june'])
  expect(found('clicks may.csv')).toEqual(['clicks-may'])
  expect(found('clicks u.data')).toEqual([])
})
