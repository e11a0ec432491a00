import { isUndefined, UNDEFINED } from '../../contract/metrics.ts'
import type { Comparison } from '../../contract/runs.ts'
import { compareRuns } from '../../runs/compare.ts'
import { UsageError, type Command } from '../command.ts'
import { metricValue, table } from '../terminal.ts'

export const compare: Command = {
  name: 'compare',
  summary: 'Compare runs with the first one: metrics, differing settings, significance.',
  positionals: [{ name: 'RUN', required: true, many: true }],
  options: {},
  async run({ services, positionals }) {
    if (new Set(positionals).size < 2)
      throw new UsageError('compare needs two or more different runs.', 'RUN')
    const { database, workspace, datasets } = services
    const result = await compareRuns(
      { database, workspace, openDataset: (id) => datasets.openIntact(id) },
      positionals,
    )
    return { json: result, text: comparisonText(result) }
  },
}

function comparisonText({ runs, metrics, differing, significance }: Comparison): string {
  const names = runs.map(({ id }) => id)
  return [
    table(
      ['metric', ...names],
      metrics.map((row) => [
        `${row.split} ${row.metric}`,
        ...row.values.map((value, index) =>
          isUndefined({ metrics, runs }, row, index) ? UNDEFINED : metricValue(value),
        ),
      ]),
    ),
    '',
    differing.length
      ? table(
          ['setting', ...names],
          differing.map(({ path, values }) => [path, ...values.map((value) => JSON.stringify(value) ?? '–')]),
        )
      : 'The settings do not differ.',
    ...significance.map(
      (test) => `\n${test.run} against ${test.baseline}: ${numbersOf(test)}${test.verdict}`,
    ),
  ].join('\n')
}

function numbersOf({ difference, standardError, pValue }: Comparison['significance'][number]): string {
  if (difference === null) return ''
  const error = standardError === null ? '' : ` ± ${standardError.toFixed(4)}`
  const p = pValue === null ? '' : `, p = ${pValue.toPrecision(2)}`
  return `test AUC ${difference >= 0 ? '+' : ''}${difference.toFixed(4)}${error}${p}: `
}
