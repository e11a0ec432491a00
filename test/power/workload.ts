/**
 * Works in a workspace as a day of use does, and appends to the file `acknowledged` what a person would be told is stored, right
 * after it is: `node workload.ts WORKSPACE CLICKS RUN`.
 */
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openStudioDatabase } from '../../db/index.ts'
import { saveBenchmark } from '../../main/benchmark/results.ts'
import { columnsOf } from '../../main/datasets/columns-of.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { sampleReport } from '../helpers/sample-report.ts'
import { trainHere } from '../helpers/train-here.ts'

const [workspace = '', clicks = '', run = ''] = process.argv.slice(2)
const told = openSync(join(workspace, 'acknowledged'), 'a')
const acknowledge = (what: string) => void writeSync(told, `${what}\n`)

const database = openStudioDatabase(join(workspace, 'studio.db'))
const datasets = new DatasetService({ workspace })
const saved = database.models.save(null, sampleModel())
acknowledge(`model ${saved.id} 0`)

async function edits(count: number): Promise<void> {
  for (let edit = 0; edit < count; edit++) {
    const { done } = database.models.undoState(saved.id)
    database.models.save(saved.id, sampleModel([done + 2, 1]))
    acknowledge(`model ${saved.id} ${done + 1}`)
  }
}

await edits(5)
const { model, config, datasetHash } = database.runs.get(run)
const manifest = await datasets.show('clicks')
if (manifest.hash !== datasetHash) throw new Error('The run is of another dataset.')
const { messages } = await trainHere({ workspace, dataset: 'clicks', manifest, model, config }, { run })
for (const message of messages) {
  if (message.kind === 'update') database.saveUpdate(run, message)
  if (message.kind === 'epoch') {
    database.saveEpoch(run, message)
    acknowledge(`epoch ${message.result.epoch}`)
  }
}
for (const { step } of database.checkpoints.list(run)) acknowledge(`checkpoint ${step}`)
await edits(5)
for (let stored = 0; stored < 5; stored++)
  acknowledge(`benchmark ${saveBenchmark(database, sampleReport(), 'cli').id}`)
await datasets.waitForJob(await datasets.startImport({ name: 'again', files: [clicks], format: 'csv' }))
acknowledge('dataset again')
presetDocument('dlrm', columnsOf(await datasets.show('again')))
await edits(5)
const trashed = await datasets.remove('again')
acknowledge(`trashed ${trashed}`)
await datasets.restore(trashed)
acknowledge('dataset again')
database.trash.add('model', saved.id)
acknowledge(`trash ${saved.id}`)
database.trash.takeBack('model', saved.id)
acknowledge(`model ${saved.id} 15`)
await datasets.close()
database.close()
