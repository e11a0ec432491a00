/**
 * How much faster are two threads than one, and what does counting operations cost? Interleaved rounds of the native
 * engine; a round counts only while its GEMM roof a thread is within 12 % of the best seen.
 *
 *   node test/bench/scaling.mjs [--preset kaggle] [--batch-size 2048] [--threads 2] [--rounds 5] [--patience 10]
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { bench, median } from './interleaved.mjs'

const { values: options } = parseArgs({
  options: {
    preset: { type: 'string', default: 'kaggle' },
    'batch-size': { type: 'string', default: '2048' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    patience: { type: 'string', default: '10' },
  },
})
const QUIET = 0.88
const threads = Number(options.threads)
const shape = { preset: options.preset, 'batch-size': options['batch-size'] }

const rounds = []
const end = Date.now() + Number(options.patience) * 60_000
let best = 0
const isQuiet = (round) => round.roof >= QUIET * best
while (rounds.filter(isQuiet).length < Number(options.rounds) && Date.now() < end) {
  const one = await bench({ ...shape, threads: 1 })
  const many = await bench({ ...shape, threads })
  const uncounted = await bench({ ...shape, threads, 'no-profile': true })
  const roof = Math.min(one.roofs.gflops, many.roofs.gflops / threads)
  best = Math.max(best, one.roofs.gflops, many.roofs.gflops / threads)
  rounds.push({
    roof,
    oneMs: one.msPerIteration,
    manyMs: many.msPerIteration,
    uncountedMs: uncounted.msPerIteration,
    overheadMs: many.overheadMs,
  })
  console.error(
    `round ${rounds.length}: ${one.msPerIteration.toFixed(2)} ms, ${many.msPerIteration.toFixed(2)} ms with ${threads} ` +
      `threads, ${uncounted.msPerIteration.toFixed(2)} ms uncounted; roof ${roof.toFixed(0)} GFLOP/s a thread`,
  )
}
const quiet = rounds.filter(isQuiet)
const busy = quiet.length < Number(options.rounds)
const counted = busy ? rounds : quiet
const of = (value) => median(counted.map(value))
console.log(
  JSON.stringify(
    {
      ...shape,
      threads,
      cpu: cpus()[0]?.model ?? 'unknown',
      verdict: busy ? 'machine busy' : 'measured',
      rounds,
      oneMs: of(({ oneMs }) => oneMs),
      manyMs: of(({ manyMs }) => manyMs),
      timesAsFast: of(({ oneMs, manyMs }) => oneMs / manyMs),
      costOfCounting: of(({ manyMs, uncountedMs }) => manyMs / uncountedMs - 1),
      overheadMs: of(({ overheadMs }) => overheadMs),
    },
    null,
    2,
  ),
)
process.exitCode = busy ? 1 : 0
