/**
 * Are training steps of this checkout slower than those of another one? Both have to be built. Short slices of the two
 * alternate, each in a process that keeps its model, so that what changes the speed of the machine for longer than a second
 * changes both; several pairs of processes, because where a process finds its memory changes its speed as well.
 *
 *   node test/bench/two-builds.mjs OTHER_CHECKOUT [--preset kaggle] [--batch-size 128] [--pairs 4] [--slices 16] [--seconds 0.7]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './interleaved.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: 'string', default: 'kaggle' },
    'batch-size': { type: 'string', default: '128' },
    pairs: { type: 'string', default: '4' },
    slices: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '0.7' },
  },
})
if (positionals.length !== 1) throw new Error('Name the folder of the other checkout.')
const [other] = positionals
const checkouts = [resolve(other), resolve(here, '..', '..')]

const answerOf = async (child) => (await once(child, 'message'))[0]

async function ratiosOfPair(pair) {
  const children = []
  // The one that begins has the choice of memory, so the two take turns in that as well.
  for (const index of pair % 2 ? [1, 0] : [0, 1]) {
    const words = [checkouts[index], values.preset, values['batch-size']]
    children[index] = fork(join(here, 'measured-build.mjs'), words)
    children[index].once('exit', (code) => {
      throw new Error(`A measured process has ended with ${code}.`)
    })
    await answerOf(children[index])
  }
  const ratios = []
  for (let slice = 0; slice < Number(values.slices); slice++) {
    const times = []
    for (const index of slice % 2 ? [1, 0] : [0, 1]) {
      children[index].send(Number(values.seconds))
      times[index] = median(await answerOf(children[index]))
    }
    ratios.push(times[1] / times[0])
  }
  for (const child of children) {
    child.removeAllListeners('exit')
    child.kill()
  }
  return ratios
}

const all = []
for (let pair = 0; pair < Number(values.pairs); pair++) {
  const ratios = await ratiosOfPair(pair)
  all.push(...ratios)
  console.log(
    `pair ${pair + 1}: a step takes ${median(ratios).toFixed(4)} times as long as the other checkout's`,
  )
}
console.log(
  `${values.preset}, batch ${values['batch-size']}: ${median(all).toFixed(4)} times as long (median of ${all.length} slices)`,
)
