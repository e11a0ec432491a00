import { issueSentence } from '../../model/issue-text.ts'
import { defaultGeneration, gaussianOver } from '../../contract/dataset-defaults.ts'
import { generateRequest, type GenerateRequest, type IndexDistribution } from '../../contract/datasets.ts'
import { readInputFile } from '../../datasets/read-input-file.ts'
import { formatProfile, parseTraceFile } from '../../datasets/random-reference/stack-distances.ts'
import { writeFileSafely } from '../../platform/write-file.ts'
import { UsageError, type Command, type OptionValues } from '../command.ts'
import { importOutcomeText, waitForDatasetJob } from '../dataset-job.ts'
import { checkOutputFile } from '../output-file.ts'
import { integer } from '../terminal.ts'

const { rows, denseColumns, indicesPerLookup, seed } = defaultGeneration
const distributions = ['uniform', 'gaussian', 'trace'] as const

export const dataGenerate: Command = {
  name: 'data generate',
  summary: 'Generate a dataset of random data, optionally with the locality of a trace, with random labels.',
  positionals: [],
  options: {
    name: { type: 'string', value: 'N', help: 'the name of the dataset (required)' },
    rows: { type: 'string', value: 'N', help: `rows (default ${rows})` },
    tables: {
      type: 'string',
      value: 'ROWS-ROWS',
      help: 'rows of each table, as in --arch-embedding-size (required)',
    },
    dense: { type: 'string', value: 'N', help: `dense columns (default ${denseColumns})` },
    indices: { type: 'string', value: 'N', help: `maximum indices per lookup (default ${indicesPerLookup})` },
    'fixed-indices': {
      type: 'boolean',
      help: 'use that many indices in every lookup, before duplicates are removed',
    },
    distribution: {
      type: 'string',
      choices: distributions,
      help: 'distribution of the indices (default uniform)',
    },
    min: { type: 'string', value: 'X', help: 'gaussian: the smallest index (default 0)' },
    max: {
      type: 'string',
      value: 'X',
      help: 'gaussian: the largest (default: the smallest table’s last row)',
    },
    mean: { type: 'string', value: 'X', help: 'gaussian: the mean (default: the middle)' },
    deviation: { type: 'string', value: 'X', help: 'gaussian: the standard deviation (default: a sixth)' },
    trace: {
      type: 'string',
      value: 'FILE',
      multiple: true,
      help: 'trace: a trace, or a profile of `data profile`; one for all tables, or one per table',
    },
    padding: { type: 'boolean', help: 'trace: make rows that were not used yet more likely' },
    seed: { type: 'string', value: 'S', help: `random seed (default ${seed})` },
  },
  async run(invocation) {
    const { services, options } = invocation
    const parsed = generateRequest.safeParse(requestFrom(options))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new UsageError(issueSentence(issue), String(issue?.path[0]))
    }
    const job = await services.datasets.startGenerate(parsed.data)
    const outcome = await waitForDatasetJob(invocation, job)
    return { json: outcome, text: importOutcomeText(outcome) }
  },
}

function requestFrom(options: OptionValues): GenerateRequest {
  const name = options.text('name')
  if (!name) throw new UsageError('data generate needs --name: the name of the dataset.', 'name')
  const tables = options.text('tables')
  if (!tables)
    throw new UsageError('data generate needs --tables: the rows of each, e.g. 1000-500.', 'tables')
  const tableRows = tables.split('-').map((text) => (text === '' ? NaN : Number(text)))
  return {
    name,
    rows: options.number('rows', { whole: true, min: 10 }) ?? rows,
    denseColumns: options.number('dense', { whole: true, min: 0 }) ?? denseColumns,
    tableRows,
    indicesPerLookup: options.number('indices', { whole: true, min: 1 }) ?? indicesPerLookup,
    fixedIndices: options.flag('fixed-indices'),
    distribution: distributionFrom(options, tableRows),
    seed: options.number('seed', { whole: true, min: 0 }) ?? seed,
  }
}

const GAUSSIAN_ONLY = ['min', 'max', 'mean', 'deviation']
const TRACE_ONLY = ['trace', 'padding']

function distributionFrom(options: OptionValues, tableRows: readonly number[]): IndexDistribution {
  const chosen = options.text('distribution') ?? 'uniform'
  const unused = (kind: string) => `the distribution is ${chosen}, and only ${kind} has it`
  if (chosen !== 'gaussian') options.refuseUnused(GAUSSIAN_ONLY, unused('gaussian'))
  if (chosen !== 'trace') options.refuseUnused(TRACE_ONLY, unused('trace'))
  switch (chosen) {
    case 'gaussian':
      return gaussianOver(tableRows, {
        minimum: options.number('min', { min: 0 }),
        maximum: options.number('max', { min: 0 }),
        mean: options.number('mean'),
        deviation: options.number('deviation', { min: 0 }),
      })
    case 'trace': {
      const files = options.list('trace')
      if (files.length === 0) throw new UsageError('--distribution trace needs --trace FILE.', 'trace')
      return { kind: 'trace', files, padding: options.flag('padding') }
    }
    default:
      return { kind: 'uniform' }
  }
}

export const dataProfile: Command = {
  name: 'data profile',
  summary: 'Compute the stack distances of a trace of table rows, to generate data with its locality.',
  positionals: [{ name: 'TRACE', required: true }],
  options: {
    out: { type: 'string', value: 'FILE', help: 'the file to write (required)' },
    padding: { type: 'boolean', help: 'count first uses more often, so that all rows eventually occur' },
    force: { type: 'boolean', help: 'overwrite an existing FILE' },
  },
  async run({ options, positionals: [trace = ''] }) {
    const out = options.text('out')
    if (!out) throw new UsageError('data profile needs --out: the file to write.', 'out')
    checkOutputFile(out, { force: options.flag('force') })
    const profile = parseTraceFile(await readInputFile(trace), trace, options.flag('padding'))
    const { path, bytes } = await writeFileSafely(out, (sink) => sink.text(formatProfile(profile)))
    const { rows, distances } = profile
    return {
      json: { path, bytes, rows: rows.length, largestDistance: distances.at(-1) },
      text: `Wrote ${path}: ${integer(rows.length)} rows, stack distances up to ${integer(distances.at(-1) ?? 0)}.`,
    }
  },
}
