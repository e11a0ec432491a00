import { tablePlanFile } from '../../contract/table-plan.ts'
import type { TrainingConfig } from '../../contract/training.ts'
import { readJsonFile } from '../../datasets/read-input-file.ts'
import { shardsOf } from '../../distributed/planner/place-tables.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import type { DatasetManifest } from '../../contract/manifest.ts'
import type { TrainingFacts } from '../../contract/unused-settings.ts'
import { checkDocument } from '../../model/check.ts'
import type { ModelDocument } from '../../model/document.ts'
import type { Plan } from '../../model/plan-types.ts'
import { compilePlan, problemText } from '../../model/plan.ts'
import { presetNames } from '../../model/presets/index.ts'
import { UsageError, type Command, type OptionValues } from '../command.ts'
import { modelFromArgument } from '../model-argument.ts'
import { runOutcome } from '../run-result.ts'
import { configOfNewRun } from '../../runs/training-defaults.ts'
import {
  defaultsNote,
  modelAssignments,
  requireEffect,
  trainingConfigFrom,
  trainingOptions,
} from '../training-options.ts'
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
    plan: {
      type: 'string',
      value: 'FILE',
      help: 'where the ranks have which tables, as `plan --json` prints it; its ranks unless --ranks is given',
    },
    ...trainingOptions,
  },
  note: defaultsNote,
  async run(invocation) {
    const { services, options, positionals, note } = invocation
    const dataset = options.text('data')
    if (!dataset) throw new UsageError('train needs --data: a dataset of the workspace.', 'data')
    const { config: defaults, problems } = configOfNewRun(services.database)
    for (const problem of problems) note(problem)
    const chosen = await trainingConfigFrom(options, defaults)
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
    const config = await withPlan(chosen.config, options, compilePlan(model, columns))
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

/** The settings with the placement of the file that --plan names. Throws InvalidArgument if it is for another model or job. */
async function withPlan(config: TrainingConfig, options: OptionValues, plan: Plan): Promise<TrainingConfig> {
  const path = options.text('plan')
  if (path === undefined) return config
  if (options.text('ranks') === '0') options.refuseUnused(['plan'], 'a run in one process has no ranks')
  const file = await readJsonFile(path, tablePlanFile)
  const ranks = config.ranks ?? file.ranks
  return { ...config, ranks, placement: shardsOf(plan, file, { ranks, tables: config.tables.kind }) }
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
