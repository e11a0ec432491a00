/**
 * Do the models reach what right implementations reach? Trains each on movielens-100k from several seeds, through the
 * command line, and prints test AUC and log loss at the epoch with the best validation AUC, as mean ± standard
 * deviation beside the figures of test/fixtures/reference/movielens.md, in Markdown.
 *
 *   node test/bench/movielens-seeds.mjs [--models dlrm,fm] [--seeds 0,1,2] [--threads 0] [--patience 3]
 *
 * Exit status 1 where a mean AUC is farther than 0.006 from its figure.
 */
import { parseArgs } from 'node:util'
import { bestEpoch, mean, models, withMovieLens } from './movielens.mjs'

const WITHIN = 0.006

const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: Object.keys(models).join(',') },
    seeds: { type: 'string', default: '0,1,2' },
    threads: { type: 'string', default: '0' },
    patience: { type: 'string', default: '3' },
  },
})

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
  const more = ['--patience', options.patience, '--threads', options.threads]
  await withMovieLens(async (workspace) => {
    console.log('| Model | Setting | Test AUC | Reference | Log loss | Reference | Best epochs |')
    console.log('|---|---|---|---|---|---|---|')
    for (const name of names) {
      const best = []
      for (const seed of seeds) best.push(await bestEpoch(workspace, name, seed, more))
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
  })
}

await main()
