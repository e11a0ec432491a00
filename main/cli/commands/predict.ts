import { formatBytes } from '../../contract/quantities.ts'
import { existsSync, statSync } from 'node:fs'
import { StudioError } from '../../contract/errors.ts'
import { unknownRowsNote } from '../../contract/metrics.ts'
import { quantisation } from '../../contract/runs.ts'
import { shareText } from '../../contract/unknown-values.ts'
import { predictRun, type PredictionOutcome, type PredictionRequest } from '../../runs/predict-run.ts'
import { firstRepeated } from '../../datasets/first-repeated.ts'
import { UsageError, type Command, type Invocation } from '../command.ts'
import { checkOutputFile } from '../output-file.ts'
import { integer, measuredValue, table } from '../terminal.ts'

const SPLITS = ['train', 'validation', 'test'] as const

export const predict: Command = {
  name: 'predict',
  summary: "Write a run's predictions as CSV, for the rows of a dataset or of a file with the same columns.",
  positionals: [{ name: 'RUN', required: true }],
  options: {
    data: {
      type: 'string',
      value: 'N|FILE',
      help: 'a dataset of the workspace, or a file with its columns; the label may be missing (required)',
    },
    out: { type: 'string', value: 'FILE', help: 'the CSV file to write (required)' },
    columns: {
      type: 'string',
      value: 'NAME,..',
      help: 'columns of the input file to write beside the predictions, for joins',
    },
    exact: {
      type: 'boolean',
      help: 'write the text of those columns unchanged, even if a spreadsheet would run it as a formula',
    },
    split: { type: 'string', choices: [...SPLITS, 'all'], help: 'which rows of the dataset (default test)' },
    checkpoint: { type: 'string', choices: ['best', 'last'], help: "which of the run's (default best)" },
    tables: { type: 'string', choices: ['fp32', 'int8', 'int4'], help: 'quantise the tables (default fp32)' },
    dense: { type: 'string', choices: ['fp32', 'fp16', 'int8'], help: 'quantise the layers (default fp32)' },
    force: { type: 'boolean', help: 'overwrite an existing file' },
  },
  async run(invocation) {
    const { services, options, positionals, signal, progress, note } = invocation
    const out = options.text('out')
    if (!out) throw new UsageError('predict needs --out: the file to write.', 'out')
    if (options.text('columns') === undefined) {
      options.refuseUnused(['exact'], 'only the text of --columns could be escaped')
    }
    const rows = await rowsToPredict(invocation)
    checkOutputFile(out, { force: options.flag('force') })
    if ('file' in rows && isSameFile(rows.file, out))
      throw new UsageError(`--out is the file that --data reads, ${out}: name another one.`, 'out')
    const { database, workspace, datasets } = services
    const outcome = await predictRun(
      { database, workspace, datasets },
      {
        run: positionals[0] ?? '',
        checkpoint: options.text('checkpoint') === 'last' ? 'last' : 'best',
        rows,
        out,
        columns: columnNames(options.text('columns')),
        exactText: options.flag('exact'),
        quantisation: quantisation.parse({
          tables: options.text('tables') ?? 'fp32',
          dense: options.text('dense') ?? 'fp32',
        }),
      },
      { signal, report: (_phase, _fraction, message) => progress(message) },
    )
    for (const line of unknownLines(outcome)) note(line)
    return { json: outcome, text: outcomeText(outcome) }
  },
}

/** Whether both paths are the same file, through whatever links. */
function isSameFile(one: string, other: string): boolean {
  const there = statSync(other, { throwIfNoEntry: false })
  const { dev, ino } = statSync(one)
  return there !== undefined && there.dev === dev && there.ino === ino
}

/** Throws UsageError for a name that is given twice, and for no name. */
function columnNames(text: string | undefined): string[] {
  if (text === undefined) return []
  const names = text.split(',').map((name) => name.trim())
  if (names.some((name) => name === '')) {
    throw new UsageError(`--columns is ${text}; it must be column names separated by commas.`, 'columns')
  }
  const repeated = firstRepeated(names)
  if (repeated === undefined) return names
  throw new UsageError(`--columns names ${repeated} twice.`, 'columns')
}

async function rowsToPredict({ services, options }: Invocation): Promise<PredictionRequest['rows']> {
  const data = options.text('data')
  if (!data) throw new UsageError('predict needs --data: a dataset of the workspace, or a file.', 'data')
  const split = options.text('split')
  const datasets = await services.datasets.list()
  if (datasets.some(({ id }) => id === data)) {
    return { dataset: data, splits: split === 'all' ? [...SPLITS] : [splitNamed(split)] }
  }
  if (!existsSync(data)) {
    throw new StudioError('NotFound', `${data} is neither a dataset of this workspace nor a file.`, {
      field: 'data',
    })
  }
  if (split)
    throw new UsageError(
      '--split can only be used with a dataset; all rows of a file are predicted.',
      'split',
    )
  return { file: data }
}

const splitNamed = (name: string | undefined) => SPLITS.find((split) => split === name) ?? 'test'

/** One line for each column with values that training has not seen, followed by the warnings, for stderr. */
function unknownLines({ unknown, warnings }: PredictionOutcome): string[] {
  const shares = unknown.filter((column) => column.unknown > 0)
  return [
    ...shares.map(
      ({ column, share }) =>
        `${column}: training has not seen ${shareText(share)} of the values in these rows.`,
    ),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ]
}

function outcomeText({ out, rows, bytes, metrics, checkpoint }: PredictionOutcome): string {
  const written =
    `Wrote ${out}: ${integer(rows)} rows, ${formatBytes(bytes)}, ` +
    `by the ${checkpoint.kind} checkpoint of step ${integer(checkpoint.step)}.`
  if (!metrics) return written
  const note = unknownRowsNote(metrics)
  const head = note ? `${written}\nOf these rows: ${note}.` : written
  const { logLoss, auc, prAuc, accuracy, normalizedEntropy, calibration } = metrics
  const shown = {
    'log loss': logLoss,
    AUC: auc,
    'PR AUC': prAuc,
    accuracy,
    NE: normalizedEntropy,
    calibration,
  }
  return [
    head,
    '',
    table(
      ['metric', 'value'],
      Object.entries(shown).map(([name, value]) => [name, measuredValue(value)]),
    ),
  ].join('\n')
}
