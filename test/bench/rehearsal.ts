/**
 * Rehearsed against measured steps of real MPI jobs on this machine. `npm run build` first, then
 *   node test/bench/rehearsal.ts --workspace W [--calibrate] [--rounds 2] [--exchange all-to-all]
 *
 * Jobs of 1, 2 and 4 ranks with one or two threads, as far as there are cores for them, of each shape. The best of the rounds counts, because other programs
 * use the machine at times.
 */
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    workspace: { type: 'string' },
    calibrate: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '2' },
    exchange: { type: 'string', default: 'all-to-all' },
  },
})
const { workspace, rounds, exchange } = options
if (workspace === undefined)
  throw new Error('--workspace names the folder that has, or gets, the calibration.')

const shapes = [
  { preset: 'kaggle', batchSize: 128 },
  { preset: 'kaggle', batchSize: 2048 },
  { preset: 'paper-profile', batchSize: 512 },
  { preset: 'paper-profile', batchSize: 2048 },
  { preset: 'dcnv2', batchSize: 1024 },
]
/** A rank has several threads only where each of them has a core: others are not predicted, and say so. */
const jobs = [
  { ranks: 1, threads: 1 },
  { ranks: 1, threads: 2 },
  { ranks: 2, threads: 1 },
  { ranks: 2, threads: 2 },
  { ranks: 4, threads: 1 },
].filter(({ ranks, threads }) => threads === 1 || ranks * threads <= availableParallelism())

const cli = (...args: (string | number)[]): unknown =>
  JSON.parse(
    execFileSync(
      process.execPath,
      ['dist/cli.mjs', ...args.map(String), '--json', '--workspace', workspace],
      {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    ),
  )

interface Case {
  preset: string
  batchSize: number
  ranks: number
  threads: number
}

interface Step {
  stepMs: number
  hiddenShare: number
}

const measure = ({ preset, batchSize, ranks, threads }: Case): Step => {
  const shared = ['--batch-size', batchSize, '--ranks', ranks, '--threads', threads, '--exchange', exchange]
  const report = cli('bench', '--preset', preset, ...shared, '--no-profile')
  const { msPerIteration, job } = report as { msPerIteration: number; job: { hiddenShare: number } }
  return { stepMs: msPerIteration, hiddenShare: job.hiddenShare }
}

function rehearse({ preset, batchSize, ranks, threads }: Case): Step {
  const shape = ['--shape', preset, '--batch-size', batchSize, '--ranks', ranks, '--exchange', exchange]
  const host = ['--cores', availableParallelism(), '--ranks-per-host', ranks, '--threads', threads]
  const { strong } = cli('cluster', 'rehearse', ...shape, ...host) as { strong: Step[] }
  const [step] = strong
  if (!step) throw new Error('A rehearsal has a step for each number of ranks.')
  return step
}

if (options.calibrate) cli('cluster', 'rehearse', '--shape', 'kaggle', '--ranks', 1, '--calibrate')
const cases = shapes.flatMap((shape) => jobs.map((job) => ({ ...shape, ...job })))
const best = new Map<Case, Step>()
for (let round = 0; round < Number(rounds); round++) {
  for (const each of cases) {
    const measured = measure(each)
    const before = best.get(each)
    if (!before || measured.stepMs < before.stepMs) best.set(each, measured)
  }
}
const errors: number[] = []
console.log(
  'shape              batch ranks threads  measured  rehearsed   error   hidden: measured rehearsed',
)
for (const each of cases) {
  const measured = best.get(each) ?? measure(each)
  const rehearsed = rehearse(each)
  const error = rehearsed.stepMs / measured.stepMs - 1
  errors.push(Math.abs(error))
  const { preset, batchSize, ranks, threads } = each
  console.log(
    `${preset.padEnd(18)} ${String(batchSize).padStart(5)} ${String(ranks).padStart(5)} ${String(threads).padStart(7)} ` +
      `${measured.stepMs.toFixed(2).padStart(9)} ${rehearsed.stepMs.toFixed(2).padStart(10)} ` +
      `${(100 * error).toFixed(0).padStart(6)} % ${(100 * measured.hiddenShare).toFixed(0).padStart(10)} % ` +
      `${(100 * rehearsed.hiddenShare).toFixed(0).padStart(10)} %`,
  )
}
errors.sort((one, other) => one - other)
const percent = (share = 0) => `${(100 * share).toFixed(1)} %`
console.log(`median error ${percent(errors[Math.floor(errors.length / 2)])}, worst ${percent(errors.at(-1))}`)
