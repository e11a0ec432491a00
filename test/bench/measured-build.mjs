/**
 * One side of two-builds.mjs: keeps a model of a benchmark's shape and trains it with the engine of the checkout that it was
 * given, for as many seconds as each message says. It answers with the milliseconds of every step.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

const [checkout, preset, batchSize] = process.argv.slice(2)
const from = (path) => import(join(checkout, 'main', path))
const { measuredModel } = await from('benchmark/measured-model.ts')
const { benchmarkPreset, BATCHES } = await from('benchmark/presets.ts')
const { compilePlan } = await from('model/plan.ts')
const { defaultTrainingConfig, optimizer } = await from('contract/training.ts')

const { document, columns, indicesPerLookup, variableBagSize } = benchmarkPreset(preset)
const sgd = optimizer('sgd', 0.01)
const threads = availableParallelism()
const model = await measuredModel({
  plan: compilePlan(document, columns),
  columns,
  indicesPerLookup,
  variableBagSize,
  batches: BATCHES,
  batchSize: Number(batchSize),
  config: {
    ...defaultTrainingConfig,
    backend: 'native',
    precision: 'fp32',
    threads,
    seed: 0,
    tables: sgd,
    dense: sgd,
  },
})
process.on('message', async (seconds) => {
  const options = { seconds, profile: false, trace: false }
  const { millisecondsPerStep } = await model.measure(options, new AbortController().signal)
  process.send(millisecondsPerStep)
})
process.send([])
