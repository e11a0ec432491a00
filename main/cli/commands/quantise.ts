import { formatBytes } from '../../contract/quantities.ts'
import { reportedQuantisations, type QuantisedResult } from '../../contract/runs.ts'
import { quantiseRun } from '../../runs/quantise-run.ts'
import type { Command } from '../command.ts'
import { integer, measuredValue, metricValue, table } from '../terminal.ts'

export const quantise: Command = {
  name: 'quantize',
  summary:
    'Report how int8 and int4 tables and fp16 and int8 layers affect a run’s predictions, size and speed.',
  positionals: [{ name: 'RUN', required: true }],
  options: {
    checkpoint: { type: 'string', choices: ['best', 'last'], help: "which of the run's (default best)" },
  },
  async run({ services, options, positionals: [run = ''], signal, progress }) {
    const checkpoint = options.text('checkpoint') === 'last' ? 'last' : 'best'
    const results: QuantisedResult[] = []
    for (const quantisation of reportedQuantisations) {
      signal.throwIfAborted()
      progress(`tables ${quantisation.tables}, layers ${quantisation.dense} …`)
      results.push(await quantiseRun(services, { run, checkpoint, quantisation }))
    }
    return { json: { results }, text: reportText(results) }
  },
}

function reportText(results: QuantisedResult[]): string {
  const [whole] = results
  if (!whole) return ''
  const signed = (difference: number) => `${difference < 0 ? '-' : '+'}${Math.abs(difference).toFixed(5)}`
  const rows = results.map(({ quantisation, auc, logLoss, bytes, samplesPerSecond }) => [
    quantisation.tables,
    quantisation.dense,
    measuredValue(auc),
    auc === null || whole.auc === null ? '–' : signed(auc - whole.auc),
    metricValue(logLoss),
    signed(logLoss - whole.logLoss),
    formatBytes(bytes),
    `${Math.round((100 * bytes) / whole.bytes)} %`,
    `${integer(Math.round(samplesPerSecond))}/s`,
  ])
  const head = ['tables', 'layers', 'AUC', 'change', 'log loss', 'change', 'size', 'of fp32', 'samples']
  return [
    `${integer(whole.rows)} test rows by the ${whole.checkpoint.kind} checkpoint of step ${integer(whole.checkpoint.step)}:`,
    table(head, rows),
  ].join('\n')
}
