import {
  quickStart,
  quickStartSamples,
  SUGGESTED_PATIENCE,
  type QuickStartSample,
} from '../../contract/training.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import { whyNoMovieLens } from '../../datasets/samples/movielens-source.ts'
import { readPersonSettings } from '../../platform/person-settings.ts'
import { presetDocument } from '../../model/presets/index.ts'
import type { Command, Invocation } from '../command.ts'
import { importOutcomeText, waitForDatasetJob } from '../dataset-job.ts'
import { runOutcome } from '../run-result.ts'
import type { Services } from '../services.ts'
import { waitForRun } from '../wait-for-run.ts'

const { real, synthetic } = quickStartSamples
const CHECK_MS = 2000

export const quickstart: Command = {
  name: 'quickstart',
  summary: 'Train a DLRM on MovieLens 100K, or without a network on synthetic clicks.',
  positionals: [],
  options: {
    sample: {
      type: 'string',
      choices: [real, synthetic],
      help: `the data (default ${real} if it is installed or can be downloaded, otherwise ${synthetic})`,
    },
    'local-file': {
      type: 'string',
      value: 'PATH',
      help: 'a wheel, zip or folder with ml-100k, if it cannot be downloaded',
    },
  },
  async run(invocation) {
    const { services, note } = invocation
    const dataset = await chosenSample(invocation)
    await installOnce(invocation, dataset)
    const columns = columnsOf(await services.datasets.show(dataset))
    const { id } = await services.runs.start({
      ...quickStart,
      dataset,
      config: { ...quickStart.config, threads: readPersonSettings().settings.threads },
      model: presetDocument(quickStart.model, columns),
    })
    note(`Training a DLRM on ${dataset} as ${id}.`)
    await waitForRun(invocation, id)
    const outcome = runOutcome(services.database, id)
    return { ...outcome, text: `${outcome.text}\n\n${nextSteps(services, id, dataset)}` }
  },
}

async function chosenSample({ services, options, note, signal }: Invocation): Promise<QuickStartSample> {
  const named = options.text('sample')
  if (named === synthetic) {
    options.refuseUnused(['local-file'], `${synthetic} is made on this machine`)
    return synthetic
  }
  const installed = await services.datasets.list()
  if (named === real || options.text('local-file') !== undefined || installed.some(({ id }) => id === real))
    return real
  const problem = await whyNoMovieLens(AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]))
  signal.throwIfAborted()
  if (problem === null) return real
  note(`${problem} So the quick start trains on synthetic clicks, which are made on this machine.`)
  return synthetic
}

async function installOnce(invocation: Invocation, name: QuickStartSample): Promise<void> {
  const { services, options, note } = invocation
  const datasets = await services.datasets.list()
  if (datasets.some(({ id }) => id === name)) return note(`The dataset ${name} is already installed.`)
  const job = await services.datasets.startSample({ name, localFile: options.text('local-file') })
  note(importOutcomeText(await waitForDatasetJob(invocation, job)))
  const { licence } = (await services.datasets.show(name)).provenance
  if (typeof licence === 'string') note(licence)
}

function nextSteps(services: Services, id: string, dataset: QuickStartSample): string {
  const commands = [
    `runs show ${id}`,
    `predict ${id} --data ${dataset} --out predictions.csv`,
    `train dcnv2 --data ${dataset} --patience ${SUGGESTED_PATIENCE}`,
  ]
  return ['Next:', ...commands.map((words) => `  ${services.commandLine(words)}`)].join('\n')
}
