/** Training on movielens-100k through the command line, for the scripts beside this file. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'cli.mjs')

/** The reference's settings, chosen on the validation rows; without any, the command line's own defaults. */
export const models = {
  deepfm: { optimizer: 'adagrad', rate: 0.03, auc: 0.794, logLoss: 0.5571 },
  mlp: { optimizer: 'adam', rate: 0.003, auc: 0.7923, logLoss: 0.5573 },
  'wide-and-deep': { optimizer: 'adam', rate: 0.003, auc: 0.7919, logLoss: 0.5582 },
  dcnv2: { optimizer: 'adagrad', rate: 0.01, auc: 0.7918, logLoss: 0.5511 },
  dcn: { optimizer: 'adam', rate: 0.003, auc: 0.7908, logLoss: 0.5628 },
  dlrm: { auc: 0.7872, logLoss: 0.5514 },
  fm: { optimizer: 'adam', rate: 0.003, auc: 0.7856, logLoss: 0.5696 },
  'logistic-regression': { optimizer: 'adagrad', rate: 0.1, auc: 0.7733, logLoss: 0.5651 },
}

/** What a command answers with --json. */
export function answerOf(args) {
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

/** Calls `work(workspace)` with a workspace that has the dataset. */
export async function withMovieLens(work) {
  const workspace = mkdtempSync(join(tmpdir(), 'movielens-'))
  try {
    await answerOf(['sample', 'movielens-100k', '--workspace', workspace])
    await work(workspace)
  } finally {
    rmSync(workspace, { recursive: true, force: true })
  }
}

/** The epoch with the best validation AUC of a run of at most 20 epochs of batches of 256; `more` are further flags. */
export async function bestEpoch(workspace, name, seed, more) {
  const { optimizer, rate } = models[name]
  const { epochs } = await answerOf([
    ...['train', name, '--data', 'movielens-100k', '--workspace', workspace, '--seed', seed],
    ...(optimizer ? ['--optimizer', optimizer, '--learning-rate', String(rate)] : []),
    ...['--epochs', '20', '--batch-size', '256', ...more],
  ])
  return epochs.reduce((best, epoch) => (epoch.validation.auc > best.validation.auc ? epoch : best))
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
