import { expect, it } from 'vitest'
import { databaseWithRun, sampleModel, sampleRun } from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { defaultTrainingConfig } from './training.ts'
import { showRun } from '../runs/summaries.ts'
import { differingSettings, settingsSideBySide } from './side-by-side.ts'

it('names the settings and model fields that differ, and no others', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  const model = sampleModel([8, 1])
  model.nodes[0]!.position = { x: 10, y: 20 }
  model.nodes.push({ id: 'extra', kind: 'bias', inputs: { input: ['top'] } })
  const tables = { ...defaultTrainingConfig.tables, learningRate: 0.1 }
  const other = database.runs.create(
    sampleRun({
      name: 'second',
      model,
      config: { ...defaultTrainingConfig, batchSize: 128, tables, earlyStopping: { patience: 5 } },
      datasetHash: 'c3d4',
    }),
  )
  const runs = [id, id, other.id].map((one) => showRun(database, one))
  const differing = differingSettings(runs)
  expect(differing).toEqual([
    { path: 'config.batchSize', values: [256, 256, 128] },
    { path: 'config.earlyStopping.patience', values: [null, null, 5] },
    { path: 'config.tables.learningRate', values: [0.01, 0.01, 0.1] },
    { path: 'dataset.hash', values: ['a1b2', 'a1b2', 'c3d4'] },
    { path: 'model.nodes.extra.inputs.input', values: [null, null, ['top']] },
    { path: 'model.nodes.extra.kind', values: [null, null, 'bias'] },
    { path: 'model.nodes.top.widths', values: [[1], [1], [8, 1]] },
  ])
  expect(settingsSideBySide(runs)).toContainEqual({ path: 'config.seed', values: [0, 0, 0] })
  database.close()
})
