/**
 * Does training in bf16 cost quality? Trains a model on movielens-100k in fp32 and in bf16 from the same seeds, through
 * the command line, and prints each pair's test AUC at the epoch with the best validation AUC, and the mean difference.
 *
 *   node test/bench/bf16-quality.mjs [--model dlrm] [--seeds 10] [--threads 0]
 *
 * Exit status 1 where the mean difference is 0.002 or more.
 */
import { parseArgs } from 'node:util'
import { bestEpoch, mean, withMovieLens } from './movielens.mjs'

const WITHIN = 0.002

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'dlrm' },
    seeds: { type: 'string', default: '10' },
    threads: { type: 'string', default: '0' },
  },
})

await withMovieLens(async (workspace) => {
  const testAuc = async (seed, precision) => {
    const more = ['--patience', '3', '--threads', options.threads, '--precision', precision]
    return (await bestEpoch(workspace, options.model, String(seed), more)).test.auc
  }
  const differences = []
  console.log('| Seed | fp32 | bf16 | Difference |')
  console.log('|---|---|---|---|')
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    const [whole, rounded] = [await testAuc(seed, 'fp32'), await testAuc(seed, 'bf16')]
    differences.push(rounded - whole)
    console.log(
      `| ${seed} | ${[whole, rounded, rounded - whole].map((value) => value.toFixed(4)).join(' | ')} |`,
    )
  }
  const difference = mean(differences)
  console.log(`\nMean paired difference in test AUC: ${difference.toFixed(5)}`)
  if (Math.abs(difference) >= WITHIN) process.exitCode = 1
})
