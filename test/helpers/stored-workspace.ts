/** A workspace as after a day's work: a dataset, a trained run with its checkpoints, saved models, settings. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openStudioDatabase } from '../../db/index.ts'
import { smallTraining } from './small-training.ts'
import { sampleModel, sampleRun } from './sample-run.ts'
import { trainHere } from './train-here.ts'

/** Creates the folder and resolves to the run's id. The dataset is called clicks. */
export async function storedWorkspace(workspace: string): Promise<string> {
  await mkdir(workspace, { recursive: true })
  const training = await smallTraining(workspace, { keepAllCheckpoints: true })
  await rm(join(workspace, 'clicks.csv'))
  const { manifest, model, config } = training
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  const named = { datasetId: 'clicks', datasetName: 'clicks', datasetHash: manifest.hash }
  const { id } = database.runs.create(sampleRun({ name: 'theirs', model, config, ...named }))
  const { messages } = await trainHere(training, { run: id })
  for (const message of messages) {
    if (message.kind === 'update') database.saveUpdate(id, message)
    if (message.kind === 'epoch') database.saveEpoch(id, message)
  }
  database.runs.end(id, { status: 'stopped', error: null })
  database.tags.replace(id, ['good'])
  database.runs.patch(id, { notes: 'as stored' })
  const saved = database.models.save(null, sampleModel())
  database.models.save(saved.id, sampleModel([4, 1]))
  database.versions.add(saved.id, 'first', sampleModel())
  database.preferences.set('something', { value: 1 })
  database.close()
  return id
}
