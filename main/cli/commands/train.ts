import { columnsOf } from '../../datasets/columns-of.ts'
import type { DatasetManifest } from '../../contract/manifest.ts'
import type { TrainingFacts } from '../../contract/unused-settings.ts'
import { checkDocument } from '../../model/check.ts'
import type { ModelDocument } from '../../model/document.ts'
import { compilePlan, problemText } from '../../model/plan.ts'
import { presetNames } from '../../model/presets/index.ts'
import { UsageError, type Command } from '../command.ts'
import { modelFromArgument } from '../model-argument.ts'
import { runOutcome } from '../run-result.ts'
import { modelAssignments, requireEffect, trainingConfigFrom, trainingOptions } from '../training-options.ts'
import { waitForRun } from '../wait-for-run.ts'

export const train: Command = {
  name: 'train',
  summary: `Train a model file or a preset (${presetNames.join(', ')}).`,
  positionals: [{ name: 'MODEL', required: true }],
  options: {
    data: { type: 'string', value: 'N', help: 'the dataset to train on (required)' },
    name: { type: 'string', value: 'R', help: 'the name of the run' },
    init: {
      type: 'string',
      value: 'FILE',
      help: 'safetensors with all initial parameters, instead of random ones',
    },
    ...trainingOptions,
  },
  async run(invocation) {
    const { services, options, positionals, note } = invocation
    const dataset = options.text('data')
    if (!dataset) throw new UsageError('train needs --data: a dataset of the workspace.', 'data')
    const chosen = await trainingConfigFrom(options)
    const manifest = await services.datasets.show(dataset)
    const columns = columnsOf(manifest)
    const model = await modelFromArgument(positionals[0] ?? '', columns, modelAssignments(options))
    requireEffect(chosen, trainingFacts(model, manifest))
    const patience = chosen.config.earlyStopping?.patience ?? 0
    if (patience >= chosen.config.epochs) {
      note(`A patience of ${patience} never ends a run of ${chosen.config.epochs} epochs early.`)
    }
    for (const { severity, ...problem } of checkDocument(model, columns).problems) {
      if (severity === 'warning') note(problemText({ severity, ...problem }))
    }
    const { id } = await services.runs.start({
      name: options.text('name'),
      dataset,
      model,
      config: chosen.config,
      initialParameters: options.text('init'),
    })
    await waitForRun(invocation, id)
    return runOutcome(services.database, id)
  },
}

function trainingFacts(model: ModelDocument, manifest: DatasetManifest): TrainingFacts {
  const { parameters, operations } = compilePlan(model, columnsOf(manifest))
  return {
    trainingRows: manifest.splits.train.rows,
    hasValidation: manifest.splits.validation.rows > 0,
    hasMatrixProducts: operations.some(({ kind }) => kind === 'linear'),
    hasTables: parameters.some(({ kind }) => kind === 'table'),
    hasDenseParameters: parameters.some(({ kind }) => kind === 'dense'),
  }
}
