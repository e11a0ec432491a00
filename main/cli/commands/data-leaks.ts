import { isSuspicious, leakWarnings, type LeakReport } from '../../contract/dataset-leaks.ts'
import { formatPercent } from '../../contract/quantities.ts'
import type { Command } from '../command.ts'
import { integer, table } from '../terminal.ts'

export const dataLeaks: Command = {
  name: 'data leaks',
  summary: 'Find columns that predict the label alone, and test rows that training has seen.',
  positionals: [{ name: 'N', required: true }],
  options: {},
  async run({ services, signal, progress, positionals: [id = ''] }) {
    const report = await services.datasets.leaks(id, signal, (fraction) =>
      progress(`Reading rows (${Math.round(fraction * 100)} %)`),
    )
    return { json: report, text: reportText(report) }
  },
}

function reportText(report: LeakReport): string {
  const { split, scoredRows, columns, oneIn, repeatedTrainingRows, comparedTrainingRows } = report
  const rows = columns
    .toSorted((one, other) => (other.auc ?? 0) - (one.auc ?? 0))
    .map((column) => [
      column.column,
      column.role,
      column.auc === null ? '–' : column.auc.toFixed(4),
      formatPercent(column.unknown),
      isSuspicious(column) ? 'predicts the label alone' : '',
    ])
  const share = (part: number, whole: number) =>
    `${integer(part)} of ${integer(whole)} (${formatPercent(whole > 0 ? part / whole : 0)})`
  return [
    `Each column alone, on ${integer(scoredRows)} ${split} rows:`,
    table(['column', 'role', 'AUC', 'values not in training', ''], rows),
    '',
    `Training rows that repeat another one: ${share(repeatedTrainingRows, comparedTrainingRows)}`,
    `Rows of ${split} with the features of a training row: ${share(report.seenRows, report.comparedRows)}`,
    ...(oneIn > 1 ? [`Of the rows, one in ${oneIn} was compared.`] : []),
    ...leakWarnings(report).map((warning) => `Warning: ${warning}`),
  ].join('\n')
}
