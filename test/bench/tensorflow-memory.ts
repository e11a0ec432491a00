/**
 * Whether memory stays as it is over many training steps on TensorFlow. Its speed: compare.mjs --tensorflow.
 *
 *   node --max-semi-space-size=8 --heap-growing-percent=50 test/bench/tensorflow-memory.ts [--steps 10000]
 *
 * The flags are what a trainer process runs with: a heap that may grow by short-lived objects would pass for a leak.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { benchmarkPreset } from '../../main/benchmark/presets.ts'
import { randomBatches } from '../../main/benchmark/random-batches.ts'
import { defaultTrainingConfig, optimizer } from '../../main/contract/training.ts'
import { compilePlan } from '../../main/model/plan.ts'
import { createBatchTrainer } from '../../main/training/backends/create-backend.ts'
import { loadTensorFlow } from '../../main/training/backends/tensorflow/load-tensorflow.ts'
import type { BatchArrays } from '../../native/index.ts'

const BATCHES = 8
const WARM_UPS = 500

const { values } = parseArgs({ options: { steps: { type: 'string', default: '10000' } } })
const preset = benchmarkPreset('small-memory')
const sgd = optimizer('sgd', 0.1)
const config = { ...defaultTrainingConfig, threads: 2, tables: sgd, dense: sgd }
const model = createBatchTrainer(compilePlan(preset.document, preset.columns), {
  ...config,
  backend: 'tensorflow',
})
model.initialize(0)
const batches = randomBatches(preset, { batchSize: 64, count: BATCHES, seed: 0 })
const { tf } = loadTensorFlow(config)

const begin = { bytes: 0, tensors: 0 }
for (let step = 1; step <= Number(values.steps); step++) {
  model.trainBatch(batches[step % BATCHES] as BatchArrays, 1)
  // Node frees the addon's arrays between turns of the event loop, as between the steps of a trainer.
  await nextTurn()
  const { rss } = process.memoryUsage()
  const { numTensors } = tf.memory()
  if (step === WARM_UPS) Object.assign(begin, { bytes: rss, tensors: numTensors })
  if (step % 1000 === 0 || step === WARM_UPS)
    console.log(`step ${step}: ${(rss / 1e6).toFixed(1)} MB resident, ${numTensors} tensors`)
}
const growth = (process.memoryUsage.rss() / begin.bytes - 1) * 100
console.log(
  `after the first ${WARM_UPS}: ${growth.toFixed(2)} % of memory, ${tf.memory().numTensors - begin.tensors} tensors more`,
)
