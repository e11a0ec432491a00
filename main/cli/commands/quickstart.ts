import { quickStart, SUGGESTED_PATIENCE } from '../../contract/training.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import { presetDocument } from '../../model/presets/index.ts'
import type { Command, Invocation } from '../command.ts'
import { importOutcomeText, waitForDatasetJob } from '../dataset-job.ts'
import { runOutcome } from '../run-result.ts'
import type { Services } from '../services.ts'
import { waitForRun } from '../wait-for-run.ts'

const DATASET = quickStart.dataset

export const quickstart: Command = {
  name: 'quickstart',
  summary: 'Install MovieLens 100K and train a DLRM on it.',
  positionals: [],
  options: {
    'local-file': {
      type: 'string',
      value: 'PATH',
      help: 'a wheel, zip or folder with ml-100k, if it cannot be downloaded',
    },
  },
  async run(invocation) {
    const { services, note } = invocation
    await installOnce(invocation)
    const columns = columnsOf(await services.datasets.show(DATASET))
    const { id } = await services.runs.start({
      ...quickStart,
      model: presetDocument(quickStart.model, columns),
    })
    note(`Training a DLRM on ${DATASET} as ${id}.`)
    await waitForRun(invocation, id)
    const outcome = runOutcome(services.database, id)
    return { ...outcome, text: `${outcome.text}\n\n${nextSteps(services, id)}` }
  },
}

async function installOnce(invocation: Invocation): Promise<void> {
  const { services, options, note } = invocation
  const datasets = await services.datasets.list()
  if (datasets.some(({ id }) => id === DATASET)) return note(`The dataset ${DATASET} is already installed.`)
  const job = await services.datasets.startSample({ name: DATASET, localFile: options.text('local-file') })
  note(importOutcomeText(await waitForDatasetJob(invocation, job)))
  const { licence } = (await services.datasets.show(DATASET)).provenance
  if (typeof licence === 'string') note(licence)
}

function nextSteps(services: Services, id: string): string {
  const commands = [
    `runs show ${id}`,
    `predict ${id} --data ${DATASET} --out predictions.csv`,
    `train dcnv2 --data ${DATASET} --patience ${SUGGESTED_PATIENCE}`,
  ]
  return ['Next:', ...commands.map((words) => `  ${services.commandLine(words)}`)].join('\n')
}
