/**
 * Is the native engine faster than PyTorch on this machine? Rounds of both are interleaved in one run; a round counts
 * only while PyTorch's own GEMM rate, before and after, is within 12 % of the best seen. After a disturbed round it
 * waits a little; with too few good ones after --patience minutes the answer is "machine busy", and what all rounds say
 * together is given as an indication only.
 *
 *   node test/bench/compare.mjs [--preset kaggle] [--batch-size 128] [--threads 2] [--rounds 5] [--seconds 5]
 *                               [--patience 10] [--compile] [--precision fp32] [--tensorflow]
 *
 * --precision is that of the native engine; PyTorch computes in fp32. --tensorflow measures that backend in each round
 * as well.
 *
 * PyTorch comes from a virtual environment of its own, made on first use in the user's cache folder (5.4 GB on Linux:
 * the wheels on PyPI carry the CUDA libraries) or named by DLRM_STUDIO_TORCH_PYTHON.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { bench, median } from './interleaved.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const run = promisify(execFile)

/** The shapes of main/benchmark's presets, as the worker's arguments. */
const shapes = {
  kaggle: { tables: 26, rows: 100_000, dim: 16, bottom: '13-512-256-64-16', top: '512-256-1', indices: 1 },
  'paper-profile': {
    tables: 8,
    rows: 1_000_000,
    dim: 64,
    bottom: '512-512-64',
    top: '1024-1024-1024-1',
    indices: 100,
    variable: true,
  },
  'small-memory': {
    tables: 26,
    rows: 1000,
    dim: 16,
    bottom: '13-512-256-64-16',
    top: '512-256-1',
    indices: 1,
  },
  dcnv2: { tables: 26, rows: 100_000, dim: 16, bottom: '13', top: '512-256', indices: 1, crosses: 3 },
}

const { values: options } = parseArgs({
  options: {
    preset: { type: 'string', default: 'kaggle' },
    'batch-size': { type: 'string', default: '128' },
    threads: { type: 'string', default: String(cpus().length) },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    patience: { type: 'string', default: '10' },
    compile: { type: 'boolean', default: false },
    precision: { type: 'string', default: 'fp32' },
    tensorflow: { type: 'boolean', default: false },
  },
})

const shape = shapes[options.preset]
if (!shape) throw new Error(`No preset ${options.preset}; there are ${Object.keys(shapes).join(', ')}.`)
const wanted = Number(options.rounds)
const QUIET = 0.88
const PAUSE_MS = 5000

async function pythonWithTorch() {
  if (process.env.DLRM_STUDIO_TORCH_PYTHON) return process.env.DLRM_STUDIO_TORCH_PYTHON
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dlrm-studio', 'torch-2.15')
  const python = join(folder, 'bin', 'python')
  if (!existsSync(join(folder, 'complete'))) {
    console.error('Installing PyTorch 2.15 into a virtual environment of its own (5.4 GB on disk) …')
    await run('python3', ['-m', 'venv', '--clear', folder])
    await run(python, ['-m', 'pip', 'install', '--quiet', 'torch==2.15.0', 'numpy'], { maxBuffer: 2 ** 26 })
    await run('touch', [join(folder, 'complete')])
  }
  return python
}

async function startWorker() {
  const flags = ['tables', 'rows', 'dim', 'bottom', 'top', 'indices'].map((key) => `--${key}=${shape[key]}`)
  const worker = spawn(
    await pythonWithTorch(),
    [
      join(here, 'pytorch_worker.py'),
      ...flags,
      ...(shape.variable ? ['--variable'] : []),
      ...(shape.crosses ? [`--crosses=${shape.crosses}`] : []),
      ...(options.compile ? ['--compile'] : []),
      `--batch=${options['batch-size']}`,
      `--threads=${options.threads}`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: worker.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('The PyTorch worker ended early; see its message above.')
    return JSON.parse(value)
  }
  return {
    started: await answer(),
    ask: (command) => (worker.stdin.write(JSON.stringify(command) + '\n'), answer()),
    stop: () => worker.stdin.end(),
  }
}

const ownRound = (backend, precision) =>
  bench({
    preset: options.preset,
    'batch-size': options['batch-size'],
    threads: options.threads,
    backend,
    precision,
  })

const worker = await startWorker()
const rounds = []
let bestGemm = 0
const isQuiet = (round) => Math.min(round.gemmBefore, round.gemmAfter) >= QUIET * bestGemm
const end = Date.now() + Number(options.patience) * 60_000
while (rounds.filter(isQuiet).length < wanted && Date.now() < end) {
  const gemmBefore = (await worker.ask({ do: 'gemm' })).gflops
  const pytorch = await worker.ask({ do: 'train', seconds: Number(options.seconds) })
  const native = await ownRound('native', options.precision)
  const tensorflow = options.tensorflow ? await ownRound('tensorflow', 'fp32') : null
  const gemmAfter = (await worker.ask({ do: 'gemm' })).gflops
  bestGemm = Math.max(bestGemm, gemmBefore, gemmAfter)
  const round = {
    gemmBefore,
    gemmAfter,
    nativeGemm: native.roofs.gflops,
    pytorch: pytorch.msPerIteration,
    native: native.msPerIteration,
    ...(tensorflow && { tensorflow: tensorflow.msPerIteration }),
  }
  rounds.push(round)
  console.error(
    `round ${rounds.length}: PyTorch ${round.pytorch.toFixed(2)} ms, native ${round.native.toFixed(2)} ms, ` +
      (tensorflow ? `TensorFlow ${round.tensorflow.toFixed(2)} ms, ` : '') +
      `GEMM ${gemmBefore.toFixed(0)} and ${gemmAfter.toFixed(0)} GFLOP/s (native ${round.nativeGemm.toFixed(0)})` +
      (isQuiet(round) ? '' : ': disturbed'),
  )
  if (!isQuiet(round)) await setTimeout(PAUSE_MS)
}
worker.stop()

/** Floating-point operations of the dense layers in one step: forward, and twice that backward. */
function mlpFlops() {
  if (shape.crosses) {
    const width = Number(shape.bottom) + shape.tables * shape.dim
    const deep = [width, ...shape.top.split('-').map(Number)]
    const perceptron = deep.slice(1).reduce((sum, next, layer) => sum + next * deep[layer], 0)
    return 6 * Number(options['batch-size']) * (shape.crosses * width ** 2 + perceptron + width + deep.at(-1))
  }
  const vectors = shape.tables + 1
  const bottom = shape.bottom.split('-').map(Number)
  const top = [shape.dim + (vectors * (vectors - 1)) / 2, ...shape.top.split('-').map(Number)]
  const products = (widths) => widths.slice(1).reduce((sum, width, layer) => sum + width * widths[layer], 0)
  return 6 * Number(options['batch-size']) * (products(bottom) + products(top))
}

/** Medians; the ratio is that of each round, so that both sides had the same machine. */
const summary = (counted) => ({
  pytorchMs: median(counted.map((round) => round.pytorch)),
  nativeMs: median(counted.map((round) => round.native)),
  timesAsFast: median(counted.map((round) => round.pytorch / round.native)),
  ...(options.tensorflow && {
    tensorflowMs: median(counted.map((round) => round.tensorflow)),
    tensorflowTimesAsFast: median(counted.map((round) => round.pytorch / round.tensorflow)),
    tensorflowOverNative: median(counted.map((round) => round.tensorflow / round.native)),
  }),
})

const quiet = rounds.filter(isQuiet)
const busy = quiet.length < wanted
const roofMs = mlpFlops() / bestGemm / 1e6
const result = {
  preset: options.preset,
  batchSize: Number(options['batch-size']),
  threads: Number(options.threads),
  precision: options.precision,
  cpu: cpus()[0]?.model ?? 'unknown',
  pytorch: `${worker.started.torch} ${options.compile ? 'torch.compile' : 'eager'}`,
  verdict: busy ? 'machine busy' : 'measured',
  quietRounds: quiet.length,
  rounds,
  gemmGflops: bestGemm,
  nativeGemmGflops: Math.max(...rounds.map((round) => round.nativeGemm)),
  roofMs,
  ...(busy
    ? { indicationOfAllRounds: summary(rounds) }
    : { ...summary(quiet), nativeOverRoof: summary(quiet).nativeMs / roofMs }),
}
console.log(JSON.stringify(result, null, 2))
process.exitCode = busy ? 1 : 0
