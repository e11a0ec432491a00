import { formatBytes } from '../../contract/quantities.ts'
import {
  exportBenchmarks,
  importBenchmarks,
  listBenchmarks,
  showBenchmarks,
} from '../../benchmark/results.ts'
import type { BenchmarkResult, BenchmarkSummary } from '../../contract/benchmarks.ts'
import { byCategory, categoryNames } from '../../contract/breakdown.ts'
import { reportText, shapeText } from '../benchmark-text.ts'
import { UsageError, type Command } from '../command.ts'
import { checkOutputFile } from '../output-file.ts'
import { table } from '../terminal.ts'

export const benchList: Command = {
  name: 'bench list',
  summary: 'List the stored benchmark results, newest first.',
  positionals: [],
  options: {},
  async run({ services }) {
    const results = listBenchmarks(services.database)
    const header = [
      'result',
      'measured',
      'what',
      'ms',
      'samples/s',
      'GFLOP/s',
      'GB/s',
      'processor',
      'version',
    ]
    const text = results.length
      ? table(header, results.map(listRow))
      : 'No results. Store one with bench --save.'
    return { json: { results }, text }
  },
}

export const benchShow: Command = {
  name: 'bench show',
  summary: 'Show a stored benchmark result with its operations.',
  positionals: [{ name: 'RESULT', required: true }],
  options: {},
  async run({ services, positionals }) {
    const [result] = showBenchmarks(services.database, positionals)
    return { json: result, text: result ? `${machineText(result)}\n${reportText(result.report)}` : '' }
  },
}

export const benchCompare: Command = {
  name: 'bench compare',
  summary: 'Compare stored benchmark results with the first one.',
  positionals: [{ name: 'RESULT', required: true, many: true }],
  options: {},
  async run({ services, positionals }) {
    if (new Set(positionals).size < 2)
      throw new UsageError('bench compare needs two or more different results.', 'RESULT')
    const results = showBenchmarks(services.database, positionals)
    return { json: { results }, text: comparisonText(results) }
  },
}

export const benchDelete: Command = {
  name: 'bench delete',
  summary: 'Delete a stored benchmark result.',
  positionals: [{ name: 'RESULT', required: true }],
  options: {},
  async run({ services, positionals: [id = ''] }) {
    services.database.benchmarks.remove(id)
    return { json: { deleted: id }, text: `Deleted ${id}.` }
  },
}

export const benchExport: Command = {
  name: 'bench export',
  summary: 'Write stored benchmark results to a JSON file that another workspace can import.',
  positionals: [{ name: 'RESULT', required: true, many: true }],
  options: {
    out: { type: 'string', value: 'FILE', help: 'the file to write (required)' },
    force: { type: 'boolean', help: 'overwrite an existing file' },
  },
  async run({ services, positionals, options }) {
    const out = options.text('out')
    if (!out) throw new UsageError('bench export needs --out: the file to write.', 'out')
    checkOutputFile(out, { force: options.flag('force') })
    const { path, bytes } = await exportBenchmarks(services.database, positionals, out)
    return { json: { out: path, bytes }, text: `Wrote ${path}: ${formatBytes(bytes)}.` }
  },
}

export const benchImport: Command = {
  name: 'bench import',
  summary: 'Import benchmark results from a file, e.g. of another machine.',
  positionals: [{ name: 'FILE', required: true }],
  options: {},
  async run({ services, positionals: [file = ''] }) {
    const { added, known } = await importBenchmarks(services.database, file)
    const there = known > 0 ? ` ${known} already existed.` : ''
    return {
      json: { added, known },
      text: `Added ${added.length}${added.length ? `: ${added.join(', ')}` : ''}.${there}`,
    }
  },
}

function listRow({ id, createdAt, machine, report }: BenchmarkSummary): string[] {
  return [
    ...[id, createdAt.slice(0, 16).replace('T', ' '), shapeText(report)],
    ...[report.msPerIteration.toFixed(3), Math.round(report.samplesPerSecond).toLocaleString('en-US')],
    ...[report.roofs.gflops.toFixed(0), report.roofs.gbPerSecond.toFixed(1), machine.cpu, machine.appVersion],
  ]
}

const machineText = ({ id, createdAt, machine }: BenchmarkResult) =>
  `${id}, measured ${createdAt} on ${machine.cpu} (${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ` +
  `${machine.instructionSet}), ${machine.platform}, DLRM Studio ${machine.appVersion}`

/** Milliseconds by category, and the speed relative to the first result. */
function comparisonText(results: BenchmarkResult[]): string {
  const [first] = results
  const milliseconds = (pick: (result: BenchmarkResult) => number) =>
    results.map((result) => pick(result).toFixed(3))
  const times = results.map(({ report }) =>
    ((first?.report.msPerIteration ?? 0) / report.msPerIteration).toFixed(2),
  )
  const categories = Object.entries(categoryNames).map(([key, name]) => [
    `${name}, ms`,
    ...milliseconds(({ report }) => byCategory(report).find((share) => share.key === key)?.ms ?? 0),
  ])
  const rows = [
    ['ms per iteration', ...milliseconds(({ report }) => report.msPerIteration)],
    ['times as fast', ...times],
    ['roof, GFLOP/s', ...results.map(({ report }) => report.roofs.gflops.toFixed(0))],
    ['roof, GB/s', ...results.map(({ report }) => report.roofs.gbPerSecond.toFixed(1))],
    ...categories,
  ]
  return [
    ...results.map(({ id, machine, report }) => `${id}: ${shapeText(report)} on ${machine.cpu}`),
    '',
    table(['', ...results.map(({ id }) => id)], rows),
  ].join('\n')
}
