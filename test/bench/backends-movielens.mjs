/**
 * Every preset with every optimizer for 200 steps of MovieLens 100K on both backends from the same seed: how far the
 * losses and the validation AUC lie apart.
 *
 *   node test/bench/backends-movielens.mjs
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'cli.mjs')
const run = promisify(execFile)

const PRESETS = ['dlrm', 'dcn', 'dcnv2', 'deepfm', 'wide-and-deep', 'mlp', 'fm', 'logistic-regression']
const OPTIMIZERS = ['sgd', 'adagrad', 'rwsadagrad', 'adam']
/** 80,000 training rows in 200 steps. */
const BATCH_SIZE = 400

const workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-bench-'))

async function answer(...words) {
  const args = [cli, ...words, '--workspace', workspace, '--json']
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout)
}

async function train(preset, optimizer, backend) {
  const shape = ['--epochs', '1', '--batch-size', String(BATCH_SIZE), '--log-every', '1', '--seed', '0']
  const { stepLosses, epochs } = await answer(
    ...[
      'train',
      preset,
      '--data',
      'movielens-100k',
      '--optimizer',
      optimizer,
      '--backend',
      backend,
      ...shape,
    ],
  )
  return { losses: stepLosses, auc: epochs[0].validation.auc }
}

try {
  await answer('sample', 'movielens-100k')
  console.log(
    'preset, optimizer: steps; largest relative difference of 100 and of all losses; of validation AUC',
  )
  for (const preset of PRESETS) {
    for (const optimizer of OPTIMIZERS) {
      const native = await train(preset, optimizer, 'native')
      const tensorflow = await train(preset, optimizer, 'tensorflow')
      const differences = native.losses.map((loss, step) => Math.abs(tensorflow.losses[step] / loss - 1))
      const largest = (count) => Math.max(...differences.slice(0, count)).toExponential(1)
      const auc = Math.abs(native.auc - tensorflow.auc).toExponential(1)
      console.log(`${preset}, ${optimizer}: ${differences.length}; ${largest(100)} ${largest(200)}; ${auc}`)
    }
  }
} finally {
  await rm(workspace, { recursive: true, force: true })
}
