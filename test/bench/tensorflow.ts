/**
 * Training steps on TensorFlow and on the native engine, in turn on the same batches; and whether memory stays as it is.
 *
 *   node test/bench/tensorflow.ts [--batch-size 2048] [--threads 2] [--rounds 5]
 *   node --max-semi-space-size=8 test/bench/tensorflow.ts --soak 10000
 *
 * The flag is what a trainer process runs with: a young generation of objects that may grow would pass for a leak.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { benchmarkPreset } from '../../main/benchmark/presets.ts'
import { defaultTrainingConfig, optimizer } from '../../main/contract/training.ts'
import { compilePlan } from '../../main/model/plan.ts'
import { createBatchTrainer } from '../../main/training/backends/create-backend.ts'
import { loadTensorFlow } from '../../main/training/backends/tensorflow/load-tensorflow.ts'
import type { BatchArrays } from '../../native/index.ts'

const BATCHES = 8
const STEPS = 20

const { values } = parseArgs({
  options: {
    'batch-size': { type: 'string', default: '2048' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    soak: { type: 'string' },
  },
})
const threads = Number(values.threads)
const soak = values.soak === undefined ? null : Number(values.soak)
const size = soak === null ? Number(values['batch-size']) : 64
const { columns, document } = benchmarkPreset(soak === null ? 'kaggle' : 'small-memory')
const plan = compilePlan(document, columns)
const sgd = optimizer('sgd', 0.1)

const trainer = (backend: 'native' | 'tensorflow') => {
  const model = createBatchTrainer(plan, {
    ...defaultTrainingConfig,
    threads,
    backend,
    tables: sgd,
    dense: sgd,
  })
  model.initialize(0)
  return model
}

function batch(): BatchArrays {
  return {
    size,
    dense: Float32Array.from({ length: size * columns.dense.length }, Math.random),
    labels: Float32Array.from({ length: size }, () => Number(Math.random() < 0.3)),
    columns: columns.sparse.map(({ cardinality }) => ({
      indices: Int32Array.from({ length: size }, () => Math.floor(Math.random() * cardinality)),
    })),
  }
}

const batches = Array.from({ length: BATCHES }, batch)
const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN
const { tf, version, device } = loadTensorFlow({ threads, device: 'auto' })

async function compareSteps(): Promise<void> {
  const models = { native: trainer('native'), tensorflow: trainer('tensorflow') }
  const medians: Record<keyof typeof models, number[]> = { native: [], tensorflow: [] }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of ['native', 'tensorflow'] as const) {
      const times: number[] = []
      for (let step = 0; step < STEPS; step++) {
        const begun = performance.now()
        models[name].trainBatch(batches[step % BATCHES] as BatchArrays, 1)
        times.push(performance.now() - begun)
        await nextTurn()
      }
      medians[name].push(median(times))
    }
  }
  const [native, tensorflow] = [median(medians.native), median(medians.tensorflow)]
  console.log(
    `kaggle, batch ${size}, ${threads} threads, TensorFlow ${version} on the ${device}, medians of ${values.rounds} rounds`,
  )
  console.log(
    `native ${native.toFixed(2)} ms, TensorFlow ${tensorflow.toFixed(2)} ms: ${(tensorflow / native).toFixed(2)} x`,
  )
}

async function soakSteps(steps: number): Promise<void> {
  const model = trainer('tensorflow')
  const begin = { bytes: 0, tensors: 0 }
  for (let step = 1; step <= steps; step++) {
    model.trainBatch(batches[step % BATCHES] as BatchArrays, 1)
    // Node frees the addon's arrays between turns, as between the steps of a trainer.
    await nextTurn()
    const { rss } = process.memoryUsage()
    const { numTensors } = tf.memory()
    if (step === 500) Object.assign(begin, { bytes: rss, tensors: numTensors })
    if (step % 1000 === 0 || step === 500)
      console.log(`step ${step}: ${(rss / 1e6).toFixed(1)} MB resident, ${numTensors} tensors`)
  }
  const growth = (process.memoryUsage.rss() / begin.bytes - 1) * 100
  console.log(
    `after the first 500: ${growth.toFixed(2)} % of memory, ${tf.memory().numTensors - begin.tensors} tensors more`,
  )
}

await (soak === null ? compareSteps() : soakSteps(soak))
