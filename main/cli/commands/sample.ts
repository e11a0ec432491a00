import { defaultClicks, defaultSample } from '../../contract/dataset-defaults.ts'
import { sampleName } from '../../contract/datasets.ts'
import { UsageError, type Command } from '../command.ts'
import { importOutcomeText, waitForDatasetJob } from '../dataset-job.ts'

const names = sampleName.options

export const sample: Command = {
  name: 'sample',
  summary: `Install a sample dataset: ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`,
  positionals: [{ name: 'NAME', required: true }],
  options: {
    rows: {
      type: 'string',
      value: 'N',
      help: `rows of a synthetic sample (default ${defaultSample.rows}; ${defaultClicks.rows} of synthetic-clicks)`,
    },
    seed: { type: 'string', value: 'S', help: `seed of a synthetic sample (default ${defaultSample.seed})` },
    'local-file': {
      type: 'string',
      value: 'PATH',
      help: 'a wheel, zip or folder with ml-100k, if it cannot be downloaded',
    },
  },
  async run(invocation) {
    const { services, options, positionals } = invocation
    const name = names.find((known) => known === positionals[0])
    if (!name)
      throw new UsageError(`There is no sample ${positionals[0]}; there are ${names.join(', ')}.`, 'NAME')
    if (name !== 'movielens-100k') {
      options.refuseUnused(['local-file'], `${name} is generated, not downloaded`)
    } else {
      options.refuseUnused(['rows', 'seed'], `${name} has the rows that it has`)
    }
    const job = await services.datasets.startSample({
      name,
      rows: options.number('rows', { whole: true, min: 1000 }),
      seed: options.number('seed', { whole: true, min: 0 }),
      localFile: options.text('local-file'),
    })
    const outcome = await waitForDatasetJob(invocation, job)
    const { provenance } = await services.datasets.show(outcome.dataset)
    const licence = typeof provenance.licence === 'string' ? `\n\n${provenance.licence}` : ''
    return { json: outcome, text: importOutcomeText(outcome) + licence }
  },
}
