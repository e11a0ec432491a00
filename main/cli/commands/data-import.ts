import { issueText } from '../../model/issue-text.ts'
import {
  DEFAULT_MAX_REJECTED,
  importRequest,
  importSchema,
  type ImportRequest,
  type SplitChoice,
} from '../../contract/datasets.ts'
import { toErrorData } from '../../contract/errors.ts'
import { UsageError, type Command, type OptionValues } from '../command.ts'
import { importOutcomeText, waitForDatasetJob } from '../dataset-job.ts'
import { rejectedOf } from '../../contract/rejected-rows.ts'
import { rejectedGroupsText } from '../rejected-text.ts'
import { inputFiles } from '../../datasets/input-files.ts'
import { readJsonFile } from '../../datasets/read-input-file.ts'
import { FILE_NOTE, readingFrom, readingOptions } from '../reading-options.ts'
import { parseSplit, SPLIT_DEFAULT, SPLIT_HELP } from '../split-argument.ts'

export const dataImport: Command = {
  name: 'data import',
  summary:
    'Import click data from files of text, Parquet, Arrow, JSON, libsvm or RecBole, plain or compressed.',
  positionals: [{ name: 'FILE', required: true, many: true }],
  note: FILE_NOTE,
  options: {
    name: { type: 'string', value: 'N', help: 'the name of the dataset (required)' },
    schema: {
      type: 'string',
      value: 'FILE',
      help: 'JSON with the role of each column, as printed by data preview --json (default: its guesses)',
    },
    ...readingOptions,
    split: {
      type: 'string',
      value: 'SPEC',
      help: `${SPLIT_HELP} (default: by time if a column holds times, otherwise ${SPLIT_DEFAULT})`,
    },
    validation: { type: 'string', value: 'FILE,..', help: 'further files whose rows are for validation' },
    test: { type: 'string', value: 'FILE,..', help: 'further files whose rows are for the test' },
    'max-rejected': {
      type: 'string',
      value: 'SHARE',
      help: `fail when more than this share of the rows is malformed, 0 to 1 (default ${DEFAULT_MAX_REJECTED})`,
    },
    'max-rejected-rows': {
      type: 'string',
      value: 'N',
      help: 'fail when more than this number of rows is malformed; alone it replaces the share',
    },
    'missing-in': {
      type: 'string',
      value: 'COLUMN=TEXT,..',
      help: 'further texts that mean a missing value in a column; separate columns by semicolons',
    },
  },
  async run(invocation) {
    const { services, options, positionals, note } = invocation
    const name = options.text('name')
    if (!name) throw new UsageError('data import needs --name: the name of the dataset.', 'name')
    const problem = importRequest.shape.name.safeParse(name).error?.issues[0]
    if (problem) throw new UsageError(`--name is ${name}. ${issueText(problem)}`, 'name')
    const schemaFile = options.text('schema')
    const splitText = options.text('split')
    const training = await inputFiles(positionals)
    const validation = await inputFiles(filesOf(options.text('validation')))
    const test = await inputFiles(filesOf(options.text('test')))
    if (splitText !== undefined && validation.length + test.length > 0) {
      throw new UsageError(
        'Give --split, or --validation and --test with files of their own, not both.',
        'split',
      )
    }
    const request: ImportRequest = {
      name,
      files: [...training, ...validation, ...test],
      ...readingFrom(options),
      schema: schemaFile ? await readJsonFile(schemaFile, importSchema) : undefined,
      split: splitByFiles(training.length, validation.length, test.length) ?? splitOf(splitText),
      ...rejectionLimits(options),
      ...missingInFrom(options),
    }
    const job = await services.datasets.startImport(request)
    const outcome = await waitForDatasetJob(invocation, job).catch((error: unknown) => {
      const rejected = rejectedOf(toErrorData(error))
      if (rejected) note(`${rejectedGroupsText(rejected)}\ndata rejected ${name} lists the rows.`)
      throw error
    })
    for (const warning of outcome.warnings) note(`Warning: ${warning}`)
    return { json: outcome, text: importOutcomeText(outcome) }
  },
}

function rejectionLimits(options: OptionValues): Pick<ImportRequest, 'maxRejected' | 'maxRejectedRows'> {
  const share = options.number('max-rejected', { min: 0, max: 1 })
  const rows = options.number('max-rejected-rows', { whole: true, min: 0 })
  if (rows === undefined) return { maxRejected: share ?? DEFAULT_MAX_REJECTED }
  return { maxRejected: share ?? 1, maxRejectedRows: rows }
}

/** The columns of `age=N/A,unknown;price=free` with their texts. */
function missingInFrom(options: OptionValues): Pick<ImportRequest, 'missingIn'> {
  const text = options.text('missing-in')
  if (text === undefined) return {}
  const columns = text.split(';').map((part): [string, string[]] => {
    const end = part.indexOf('=')
    const values = part
      .slice(end + 1)
      .split(',')
      .map((value) => value.trim())
    if (end > 0 && values.every((value) => value !== '')) return [part.slice(0, end).trim(), values]
    throw new UsageError(`--missing-in is ${text}; write it as COLUMN=TEXT,TEXT;COLUMN=TEXT.`, 'missing-in')
  })
  return { missingIn: Object.fromEntries(columns) }
}

const splitOf = (text: string | undefined): SplitChoice | undefined =>
  text === undefined ? undefined : parseSplit(text)

const filesOf = (text = '') => text.split(',').filter((file) => file !== '')

/** The split of an import with files of their own for validation or test, which come after those for training. */
function splitByFiles(training: number, validation: number, test: number): SplitChoice | undefined {
  if (validation + test === 0) return undefined
  const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at)
  return {
    kind: 'files',
    validation: numbers(training, validation),
    test: numbers(training + validation, test),
  }
}
