// Compares training with ranks on one thread each with one process that has as many threads, and says how much of the
// exchanges is hidden behind computation: node test/bench/ranks.mjs [ROUNDS [PRESET [BATCH]]]
import { availableParallelism } from 'node:os'
import { bench, median } from './interleaved.mjs'

const [rounds = 3, preset = 'paper-profile', batch = 2048] = process.argv.slice(2)
const cores = availableParallelism()
const shape = { preset, 'batch-size': batch, 'no-profile': true }
const alone = []
const together = []
const hidden = []
for (let round = 0; round < Number(rounds); round++) {
  alone.push((await bench({ ...shape, ranks: 1, threads: cores })).msPerIteration)
  const { msPerIteration, job } = await bench({ ...shape, ranks: cores, threads: 1 })
  together.push(msPerIteration)
  hidden.push(job.hiddenShare)
  console.log(
    `1 rank of ${cores} threads ${alone.at(-1).toFixed(1)} ms, ${cores} ranks of 1 thread ${msPerIteration.toFixed(1)} ms, ` +
      `${(100 * job.hiddenShare).toFixed(0)} % of the exchanges hidden`,
  )
}
console.log(
  `${preset}, batch ${batch}: ${cores} ranks of 1 thread are ${(median(alone) / median(together)).toFixed(2)} times as fast as ` +
    `1 rank of ${cores} threads (median of ${rounds}); ${(100 * median(hidden)).toFixed(0)} % of the exchanges’ time is hidden.`,
)
