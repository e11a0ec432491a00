import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { DatasetService } from '../datasets/dataset-service.ts'
import { testLabels, testPredictions } from './test-rows.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/clicks.csv', import.meta.url))

describe('labels of the test split', () => {
  it('are all of the dataset’s, and none of a dataset with other content', async () => {
    const service = new DatasetService({ workspace: await temporaryFolder() })
    await service.waitForJob(await service.startImport({ name: 'clicks', files: [EXAMPLE], format: 'auto' }))
    const { hash, splits } = await service.show('clicks')
    const labels = await testLabels(service.open('clicks'), hash)
    expect(labels).toHaveLength(splits.test.rows)
    const mean = (labels ?? new Float32Array()).reduce((sum, label) => sum + label, 0) / splits.test.rows
    expect(mean).toBeCloseTo(splits.test.labelMean ?? Number.NaN, 6)
    expect(await testLabels(service.open('clicks'), 'another')).toBeNull()
    await service.close()
  })
})

describe('predictions of a run', () => {
  it('are read only where there are as many finite ones as rows', async () => {
    const workspace = await temporaryFolder()
    const folder = join(workspace, 'checkpoints', 'r')
    await mkdir(folder, { recursive: true })
    const store = (values: number[]) =>
      writeFile(join(folder, 'test-predictions.f32'), Float32Array.from(values))
    expect(await testPredictions(workspace, 'r', 2)).toBeNull()
    await store([0.25, 0.5])
    expect(await testPredictions(workspace, 'r', 2)).toEqual(Float32Array.of(0.25, 0.5))
    expect(await testPredictions(workspace, 'r', 3)).toBeNull()
    await store([0.25, Number.NaN])
    expect(await testPredictions(workspace, 'r', 2)).toBeNull()
  })
})
