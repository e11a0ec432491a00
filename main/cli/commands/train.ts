import { columnsOf } from '../../datasets/dataset-service.ts'
import { presetNames } from '../../model/presets/index.ts'
import { UsageError, type Command } from '../command.ts'
import { modelFromArgument } from '../model-argument.ts'
import { runOutcome } from '../run-result.ts'
import { modelAssignments, trainingConfigFrom, trainingOptions } from '../training-options.ts'
import { waitForRun } from '../wait-for-run.ts'

export const train: Command = {
  name: 'train',
  summary: `Train a model file or a preset (${presetNames.join(', ')}).`,
  positionals: [{ name: 'MODEL', required: true }],
  options: {
    data: { type: 'string', value: 'N', help: 'the dataset to train on (required)' },
    name: { type: 'string', value: 'R', help: 'what to call the run' },
    init: {
      type: 'string',
      value: 'FILE',
      help: 'safetensors with every parameter, instead of a draw from the seed',
    },
    ...trainingOptions,
  },
  async run(invocation) {
    const { services, options, positionals } = invocation
    const dataset = options.text('data')
    if (!dataset) throw new UsageError('train needs --data: a dataset of the workspace.', 'data')
    const config = await trainingConfigFrom(options)
    const columns = columnsOf(await services.datasets.show(dataset))
    const model = await modelFromArgument(positionals[0] ?? '', columns, modelAssignments(options))
    const { id } = await services.runs.start({
      name: options.text('name'),
      dataset,
      model,
      config,
      initialParameters: options.text('init'),
    })
    await waitForRun(invocation, id)
    return runOutcome(services.database, id)
  },
}
