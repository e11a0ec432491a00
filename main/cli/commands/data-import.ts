import { issueText } from '../../model/issue-text.ts'
import {
  DEFAULT_MAX_REJECTED,
  importRequest,
  importSchema,
  type ImportRequest,
  type SplitChoice,
} from '../../contract/datasets.ts'
import { UsageError, type Command } from '../command.ts'
import { importOutcomeText, waitForDatasetJob } from '../dataset-job.ts'
import { readJsonFile } from '../../datasets/read-input-file.ts'
import { readingFrom, readingOptions } from '../reading-options.ts'
import { parseSplit, SPLIT_DEFAULT, SPLIT_HELP } from '../split-argument.ts'

export const dataImport: Command = {
  name: 'data import',
  summary: 'Import click data from Criteo TSV, CSV or TSV files (plain or .gz).',
  positionals: [{ name: 'FILE', required: true, many: true }],
  options: {
    name: { type: 'string', value: 'N', help: 'the name of the dataset (required)' },
    schema: {
      type: 'string',
      value: 'FILE',
      help: 'JSON with the role of each column, as printed by data preview --json (default: its guesses)',
    },
    ...readingOptions,
    split: { type: 'string', value: 'SPEC', help: `${SPLIT_HELP} (default ${SPLIT_DEFAULT})` },
    'max-rejected': {
      type: 'string',
      value: 'SHARE',
      help: `fail when more than this share of the rows is malformed, 0 to 1 (default ${DEFAULT_MAX_REJECTED})`,
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
    const request: ImportRequest = {
      name,
      files: positionals,
      ...readingFrom(options),
      schema: schemaFile ? await readJsonFile(schemaFile, importSchema) : undefined,
      split: splitText === undefined ? undefined : (parseSplit(splitText) satisfies SplitChoice),
      maxRejected: options.number('max-rejected', { min: 0, max: 1 }) ?? DEFAULT_MAX_REJECTED,
    }
    const job = await services.datasets.startImport(request)
    const outcome = await waitForDatasetJob(invocation, job)
    for (const warning of outcome.warnings) note(`Warning: ${warning}`)
    return { json: outcome, text: importOutcomeText(outcome) }
  },
}
