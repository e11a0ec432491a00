import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sampleEvaluation, sampleRun } from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from '../../db/index.ts'
import { comparison } from '../contract/runs.ts'
import { DatasetService } from '../datasets/dataset-service.ts'
import { compareRuns } from './compare.ts'
import { structuralComponents } from './delong.ts'
import { testLabels } from './test-rows.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/clicks.csv', import.meta.url))

/** A workspace with a dataset and two runs of which one ranks well and the other by chance. */
async function workspaceWithTwoRuns() {
  const workspace = await temporaryFolder()
  const datasets = new DatasetService({ workspace })
  await datasets.waitForJob(await datasets.startImport({ name: 'clicks', files: [EXAMPLE], format: 'auto' }))
  const { hash } = await datasets.show('clicks')
  const labels = (await testLabels(datasets.open('clicks'), hash)) ?? new Float32Array()
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  const store = async (name: string, predictions: Float32Array): Promise<string> => {
    const { id } = database.runs.create(sampleRun({ name, datasetHash: hash }))
    const { auc } = await structuralComponents(predictions, labels)
    const test = sampleEvaluation({ auc, rows: labels.length })
    const result = { epoch: 1, trainLoss: 0.5, validation: sampleEvaluation(), test, durationMs: 1 }
    database.saveEpoch(id, { points: [], lines: [], result })
    const worse = {
      ...result,
      epoch: 2,
      validation: sampleEvaluation({ auc: 0.1 }),
      test: sampleEvaluation({ auc: 0.1 }),
    }
    database.saveEpoch(id, { points: [], lines: [], result: worse })
    await mkdir(join(workspace, 'checkpoints', id), { recursive: true })
    await writeFile(join(workspace, 'checkpoints', id, 'test-predictions.f32'), predictions)
    return id
  }
  const chance = await store(
    'chance',
    labels.map((_, row) => ((row * 37) % 101) / 101),
  )
  const good = await store(
    'good',
    labels.map((label, row) => label * 0.5 + ((row * 37) % 101) / 202),
  )
  return {
    sources: { database, workspace, openDataset: (id: string) => datasets.open(id) },
    datasets,
    chance,
    good,
  }
}

describe('comparing runs', () => {
  it('puts metrics of the best epochs side by side and tests the difference row by row', async () => {
    const { sources, datasets, chance, good } = await workspaceWithTwoRuns()
    const result = await compareRuns(sources, [chance, good])
    expect(comparison.parse(result)).toEqual(result)
    expect(result.runs.map(({ id }) => id)).toEqual([chance, good])
    expect(result.differing).toEqual([])
    const [first, second] =
      result.metrics.find(({ metric, split }) => metric === 'auc' && split === 'test')?.values ?? []
    expect(second).toBe(1)
    expect(result.metrics).toContainEqual({ metric: 'auc', split: 'validation', values: [0.7, 0.7] })
    expect(result.significance).toMatchObject([{ run: good, baseline: chance, difference: 1 - (first ?? 0) }])
    expect(result.significance[0]?.verdict).toContain('good ranks better than chance')
    expect(result.significance[0]?.verdict).toContain('paired DeLong test')
    await datasets.close()
    sources.database.close()
  })

  it('does without the dataset where it has been deleted', async () => {
    const { sources, datasets, chance, good } = await workspaceWithTwoRuns()
    await datasets.remove('clicks')
    const { significance } = await compareRuns(sources, [chance, good])
    expect(significance[0]?.verdict).toContain('unpaired test')
    await datasets.close()
    sources.database.close()
  })

  it('needs two different runs that exist', async () => {
    const { sources, datasets, chance } = await workspaceWithTwoRuns()
    await expect(compareRuns(sources, [chance])).rejects.toThrow('two or more different runs')
    await expect(compareRuns(sources, [chance, chance])).rejects.toThrow('two or more different runs')
    await expect(compareRuns(sources, [chance, 'r-none'])).rejects.toThrow('There is no run r-none.')
    await datasets.close()
    sources.database.close()
  })
})
