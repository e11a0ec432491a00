/**
 * How much memory does a model take beyond its tables, optimizer state and batch? Trains DLRM with the true table sizes
 * of the Criteo Kaggle data (33,762,577 rows of 16) on random batches, and prints this process's resident size.
 *
 *   node test/bench/memory.mjs [--optimizer sgd|adagrad|rowWiseAdagrad|adam] [--batch-size 2048] [--steps 200]
 *
 * Exit status 1 where it is more than 5 % and 150 MB beyond. Needs Node 24: node_modules/.bin/node.
 */
import { parseArgs } from 'node:util'
import { compilePlan } from '../../main/model/plan.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { nativeAddon } from '../../native/index.ts'

/** Distinct values of C1 to C26 in the Kaggle training data, as dlrm_s_pytorch.py counts them. */
const ROWS = [
  1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27, 14992, 5461306, 10,
  5652, 2173, 4, 7046547, 18, 15, 286181, 105, 142572,
]
const { values: options } = parseArgs({
  options: {
    optimizer: { type: 'string', default: 'sgd' },
    'batch-size': { type: 'string', default: '2048' },
    steps: { type: 'string', default: '200' },
  },
})

const size = Number(options['batch-size'])
const columns = {
  dense: Array.from({ length: 13 }, (_, index) => `dense_${index}`),
  sparse: ROWS.map((cardinality, index) => ({ name: `sparse_${index}`, cardinality, multiValued: false })),
}
const document = presetDocument('dlrm', columns, {
  dimension: 16,
  bottom: [512, 256, 64, 16],
  top: [512, 256, 1],
})
const plan = JSON.stringify(compilePlan(document, columns))
const addon = nativeAddon()
const model = new addon.Model(
  plan,
  JSON.stringify({ threads: 0, instructionSet: 'auto', precision: 'fp32', seed: 0 }),
)
model.initialize(0)
const part = { kind: options.optimizer, learningRate: 0.01, epsilon: 1e-8, beta1: 0.9, beta2: 0.999, l2: 0 }
model.configureTraining(
  JSON.stringify({ tables: part, dense: part, gradientClipNorm: 0, accumulateBatches: 1 }),
)
for (let step = 0; step < Number(options.steps); step++) {
  const labels = Float32Array.from({ length: size }, () => Math.round(Math.random()))
  const dense = Float32Array.from({ length: size * 13 }, () => Math.random())
  const drawn = ROWS.map((rows) => ({
    indices: Int32Array.from({ length: size }, () => Math.floor(Math.random() * rows)),
  }))
  model.trainBatch({ size, dense, labels, columns: drawn }, 1)
}
const wantedBytes = model.memoryBytes() + 4 * size * (1 + 13 + ROWS.length)
const { rss } = process.memoryUsage()
const beyond = rss - wantedBytes
const allowed = 0.05 * wantedBytes + 150e6
console.log(
  JSON.stringify({ optimizer: options.optimizer, wantedBytes, residentBytes: rss, beyond, allowed }, null, 2),
)
process.exitCode = beyond > allowed ? 1 : 0
