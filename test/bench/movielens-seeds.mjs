/**
 * Do the models reach what right implementations reach? Trains each on movielens-100k from several seeds, through the
 * command line, and prints test AUC and log loss at the epoch with the best validation AUC, as mean ± standard
 * deviation beside the figures of test/fixtures/reference/movielens.md, in Markdown.
 *
 *   node test/bench/movielens-seeds.mjs [--models dlrm,fm] [--seeds 0,1,2] [--threads 0] [--patience 3]
 *
 * Exit status 1 where a mean AUC is farther than 0.006 from its figure.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'cli.mjs')
const WITHIN = 0.006

/** The reference's settings, chosen on the validation rows; without any, the command line's own defaults. */
const models = {
  deepfm: { optimizer: 'adagrad', rate: 0.03, auc: 0.794, logLoss: 0.5571 },
  mlp: { optimizer: 'adam', rate: 0.003, auc: 0.7923, logLoss: 0.5573 },
  'wide-and-deep': { optimizer: 'adam', rate: 0.003, auc: 0.7919, logLoss: 0.5582 },
  dcnv2: { optimizer: 'adagrad', rate: 0.01, auc: 0.7918, logLoss: 0.5511 },
  dcn: { optimizer: 'adam', rate: 0.003, auc: 0.7908, logLoss: 0.5628 },
  dlrm: { auc: 0.7872, logLoss: 0.5514 },
  fm: { optimizer: 'adam', rate: 0.003, auc: 0.7856, logLoss: 0.5696 },
  'logistic-regression': { optimizer: 'adagrad', rate: 0.1, auc: 0.7733, logLoss: 0.5651 },
}

const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: Object.keys(models).join(',') },
    seeds: { type: 'string', default: '0,1,2' },
    threads: { type: 'string', default: '0' },
    patience: { type: 'string', default: '3' },
  },
})

/** What a command answers with --json. */
function answerOf(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString()
      if (code === 0) resolve(JSON.parse(text))
      else reject(new Error(`${args.join(' ')} failed: ${text}`))
    })
  })
}

async function trained(workspace, name, seed) {
  const { optimizer, rate } = models[name]
  const { epochs } = await answerOf([
    ...['train', name, '--data', 'movielens-100k', '--workspace', workspace, '--seed', seed],
    ...(optimizer ? ['--optimizer', optimizer, '--learning-rate', String(rate)] : []),
    ...['--epochs', '20', '--batch-size', '256'],
    ...['--patience', options.patience, '--threads', options.threads],
  ])
  return epochs.reduce((best, epoch) => (epoch.validation.auc > best.validation.auc ? epoch : best))
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

function spread(values) {
  const center = mean(values)
  const deviation = Math.sqrt(mean(values.map((value) => (value - center) ** 2)))
  return `${center.toFixed(4)} ± ${deviation.toFixed(4)}`
}

async function main() {
  const names = options.models.split(',')
  const seeds = options.seeds.split(',')
  const unknown = names.find((name) => !Object.hasOwn(models, name))
  if (unknown !== undefined)
    throw new Error(`No model ${unknown}; there are ${Object.keys(models).join(', ')}.`)
  const workspace = mkdtempSync(join(tmpdir(), 'movielens-seeds-'))
  try {
    await answerOf(['sample', 'movielens-100k', '--workspace', workspace])
    console.log('| Model | Setting | Test AUC | Reference | Log loss | Reference | Best epochs |')
    console.log('|---|---|---|---|---|---|---|')
    for (const name of names) {
      const best = []
      for (const seed of seeds) best.push(await trained(workspace, name, seed))
      const { optimizer, rate, auc, logLoss } = models[name]
      const areas = best.map(({ test }) => test.auc)
      if (Math.abs(mean(areas) - auc) > WITHIN) process.exitCode = 1
      const columns = [
        ...[name, optimizer ? `${optimizer} ${rate}` : 'defaults', spread(areas), auc.toFixed(4)],
        ...[spread(best.map(({ test }) => test.logLoss)), logLoss.toFixed(4)],
        best.map(({ epoch }) => epoch).join(', '),
      ]
      console.log(`| ${columns.join(' | ')} |`)
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true })
  }
}

await main()
