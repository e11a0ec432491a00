import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { currentProcess } from '../platform/process-identity.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { defaultTrainingConfig } from '../contract/training.ts'
import { presetDocument } from '../model/presets/index.ts'
import { currentEnvironment } from '../training/environment.ts'
import { latestMeasured } from './latest-measured.ts'

const columns = { dense: ['a'], sparse: [{ name: 'b', cardinality: 5, multiValued: false }] }
const model = presetDocument('dlrm', columns, {})

it('finds the newest run of a model that was counted, however it is drawn and named', async () => {
  const folder = await temporaryFolder()
  const database = openStudioDatabase(join(folder, 'studio.db'))
  const environment = await currentEnvironment(folder, 1, 'cli')
  const create = (document = model, datasetId = 'd') =>
    database.runs.create({
      name: 'run',
      model: document,
      config: defaultTrainingConfig,
      environment,
      datasetId,
      datasetName: 'd',
      datasetHash: 'h',
      parameters: 1,
      initialParameters: null,
      owner: currentProcess(),
    })
  const profile = { steps: 10, msPerStep: 1, operations: [] }
  const counted = create()
  database.saveUpdate(counted.id, { points: [], lines: [], profile })
  create()
  const other = create({ ...model, nodes: model.nodes.slice(1) })
  database.saveUpdate(other.id, { points: [], lines: [], profile })
  const moved = {
    ...model,
    name: 'another',
    nodes: model.nodes.map((node) => ({ ...node, label: 'x', position: { x: 1, y: 2 } })),
  }
  expect(latestMeasured(database, moved, 'd')).toMatchObject({ id: counted.id, profile })
  expect(latestMeasured(database, moved, 'elsewhere')).toBeNull()
  expect(latestMeasured(database, { ...model, nodes: model.nodes.slice(2) }, 'd')).toBeNull()
})
