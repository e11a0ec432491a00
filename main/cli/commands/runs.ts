import {
  fallbackNote,
  metricInSentence,
  undefinedReason,
  UNDEFINED,
  unknownRowsNote,
} from '../../contract/metrics.ts'
import { jobFacts } from '../../contract/job-facts.ts'
import { computerName, type RunDetail, type RunSummary } from '../../contract/runs.ts'
import { allRuns, showStoredRun } from '../../runs/summaries.ts'
import type { Command } from '../command.ts'
import { movedToTrash } from './trash.ts'
import { formatDuration } from '../../contract/quantities.ts'
import { integer, measuredValue, metricValue, table } from '../terminal.ts'

export const runsList: Command = {
  name: 'runs list',
  summary: 'List the runs, newest first.',
  positionals: [],
  options: {
    query: {
      type: 'string',
      value: 'Q',
      help: 'words and field:value terms, e.g. "status:completed dataset:criteo"',
    },
    limit: { type: 'string', value: 'N', help: 'no more than the newest N of these' },
  },
  async run({ services, options }) {
    const limit = options.number('limit', { whole: true, min: 1 }) ?? Infinity
    const runs: RunSummary[] = []
    for (const run of allRuns(services.database, options.text('query'), limit)) runs.push(run)
    const rows = runs.map((run) => [
      run.id,
      run.name,
      run.status,
      run.modelName,
      run.datasetName,
      bestText(run),
      run.testAucUndefined ? UNDEFINED : metricValue(run.testAuc),
      formatDuration(run.durationMs),
    ])
    const header = ['run', 'name', 'status', 'model', 'dataset', 'best', 'test AUC', 'duration']
    return { json: { runs }, text: rows.length ? table(header, rows) : 'No runs.' }
  },
}

/** With the name of a metric other than the usual one. */
const bestText = ({ best, bestMetric }: RunSummary) =>
  best === null || bestMetric === 'auc'
    ? metricValue(best)
    : `${metricInSentence(bestMetric)} ${metricValue(best)}`

export const runsShow: Command = {
  name: 'runs show',
  summary: 'Show one run: status, settings, epochs, checkpoints.',
  positionals: [{ name: 'RUN', required: true }],
  options: {},
  async run({ services, positionals: [id = ''] }) {
    const run = await showStoredRun(services, id)
    return { json: run, text: runText(run) }
  },
}

export const runsDelete: Command = {
  name: 'runs delete',
  summary: 'Move a finished run with its metrics and checkpoints to the trash.',
  positionals: [{ name: 'RUN', required: true }],
  options: {
    'for-good': { type: 'boolean', help: 'delete it without the trash, which frees its space at once' },
  },
  async run({ services, options, positionals: [id = ''] }) {
    const trashed = await services.runs.remove(id, { forGood: options.flag('for-good') })
    return {
      json: { deleted: id },
      text: trashed === null ? `Deleted ${id}.` : movedToTrash(services, trashed),
    }
  },
}

/** Notes for the reader of the result table: undefined metrics, and the metric by which the run is judged instead. */
export function metricRemarks({ config, epochs }: RunDetail): string[] {
  const first = epochs[0]
  if (!first) return []
  const fallback = fallbackNote(config.bestMetric, first.validation)
  const reasons = (['validation', 'test'] as const).flatMap((split) => {
    const evaluation = first[split]
    const reason = evaluation && undefinedReason(evaluation)
    return reason ? [`AUC is undefined on the ${split} rows: ${reason}.`] : []
  })
  return [...(reasons.length || fallback ? [''] : []), ...reasons, ...(fallback ? [fallback] : [])]
}

/** How rows with values that training has not seen are ranked, at the best epoch. */
export function unknownRemark(run: RunDetail): string[] {
  const { epochs, best, bestMetric } = run
  const epoch =
    epochs.find(({ validation }) => best !== null && validation?.[bestMetric] === best) ?? epochs.at(-1)
  const note = epoch?.test && unknownRowsNote(epoch.test)
  return note ? ['', `Test rows at epoch ${epoch.epoch}: ${note}.`] : []
}

/** The result table of a run, which `train` and `runs show` print. */
export function epochTable(epochs: RunDetail['epochs']): string {
  const rows = epochs.map(({ epoch, trainLoss, validation, test, durationMs }) => [
    String(epoch),
    metricValue(trainLoss),
    metricValue(validation?.logLoss),
    measuredValue(validation?.auc),
    metricValue(test?.logLoss),
    measuredValue(test?.auc),
    formatDuration(durationMs),
  ])
  return table(['epoch', 'train loss', 'val log loss', 'val AUC', 'test log loss', 'test AUC', 'time'], rows)
}

function runText(run: RunDetail): string {
  const { computation } = run.environment
  return [
    `${run.id}  ${run.name}  ${run.status}`,
    `${run.modelName} on ${run.datasetName}, ${integer(run.parameters)} parameters, ${formatDuration(run.durationMs)}`,
    `tables: ${run.config.tables.kind} ${run.config.tables.learningRate}, ` +
      `dense: ${run.config.dense.kind} ${run.config.dense.learningRate}, ` +
      `batch ${run.config.batchSize}, seed ${run.config.seed}` +
      (run.config.ranks === null ? '' : `, ranks ${run.config.ranks}, exchange ${run.config.exchange}`),
    ...(computation ? [`computed by ${computerName(computation)} on the ${computation.device}`] : []),
    ...(computation?.job ? jobFacts(computation.job).map(({ name, value }) => `${name}: ${value}`) : []),
    ...(run.error ? [`Error: ${run.error.message}`] : []),
    '',
    run.epochs.length ? epochTable(run.epochs) : 'No epoch has finished yet.',
    ...metricRemarks(run),
    ...unknownRemark(run),
    ...(run.checkpoints.length
      ? ['', ...run.checkpoints.map(({ kind, step, path }) => `${kind} checkpoint, step ${step}: ${path}`)]
      : []),
  ].join('\n')
}
