/**
 * Predicted against measured step times: the benchmark presets and 20 random models, each in a process of its own.
 * `npm run build` first, then
 *   node test/bench/step-time.ts [--backend native|tensorflow] [--precision fp32|bf16] [--off 0.2]
 *
 * Of models whose error is more than `off`, the operations that are off by most are shown as well.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { calibrate, measureInProcess } from '../../main/benchmark/calibration/calibrate.ts'
import {
  workOfCase,
  type MeasuredSteps,
  type StepsSubject,
} from '../../main/benchmark/calibration/measured-steps.ts'
import { benchmarkPreset } from '../../main/benchmark/presets.ts'
import { benchmarkPresetName } from '../../main/contract/benchmarks.ts'
import { calibrationSubject } from '../../main/contract/calibration.ts'
import { Random } from '../../main/datasets/samples/random.ts'
import type { OptimizerKind } from '../../main/model/costs.ts'
import type { BoundColumns } from '../../main/model/document.ts'
import { presetDocument, type PresetName } from '../../main/model/presets/index.ts'
import { timeOf } from '../../main/model/step-time/fit.ts'
import { entryKey, predictStep, workByEntry } from '../../main/model/step-time/predict.ts'

const RANDOM_MODELS = 20
const SEED = 20261127
const BURST_SECONDS = 0.15
/** Repetitions over all models. The best of each is used, because other programs use the machine at times. */
const REPETITIONS = 2

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'native' },
    precision: { type: 'string', default: 'fp32' },
    off: { type: 'string', default: '0.2' },
  },
})
const { off, ...which } = options
const subject = calibrationSubject.parse(which)
const signal = new AbortController().signal

type Model = StepsSubject & { name: string }

function presetModels(): Model[] {
  return benchmarkPresetName.options.map((name) => {
    const { document, columns, indicesPerLookup, batchSize } = benchmarkPreset(name)
    const batchSizes = [...new Set([batchSize, 2048])]
    return {
      ...subject,
      name,
      document,
      columns,
      indicesPerLookup,
      batchSizes,
      optimizers: ['sgd'],
      burstSeconds: BURST_SECONDS,
      threads: availableParallelism(),
    }
  })
}

/** Of presets with random settings over random columns: tables of 10 to 500,000 rows, layers 16 to 1,024 wide. */
function randomModels(): Model[] {
  const random = new Random(SEED)
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random.uniform() * items.length)] ?? items[0]
  const between = (low: number, high: number) => Math.round(low * (high / low) ** random.uniform())
  const widths = () => Array.from({ length: 1 + Math.floor(random.uniform() * 3) }, () => between(16, 1024))
  const model = (_: unknown, number: number): Model => {
    const tables = between(2, 40)
    const largest = between(1000, 500_000)
    const columns: BoundColumns = {
      dense: Array.from({ length: between(1, 64) }, (_, index) => `dense_${index}`),
      sparse: Array.from({ length: tables }, (_, index) => ({
        name: `sparse_${index}`,
        cardinality: between(10, largest),
        multiValued: false,
      })),
    }
    const preset = pick<PresetName>(['dlrm', 'dlrm', 'dcn', 'dcnv2', 'deepfm', 'wide-and-deep', 'mlp', 'fm'])
    const dimension = pick([4, 8, 10, 16, 32, 64])
    const activation = pick(['relu', 'relu', 'relu', 'sigmoid', 'tanh', 'gelu'])
    const cross = { layers: pick([1, 2, 3, 4]), rank: pick([null, 16, 64]) }
    const settings: Partial<Record<PresetName, object>> = {
      dlrm: { bottom: [...widths(), dimension], top: [...widths(), 1], activation },
      fm: {},
      dcn: { deep: widths(), activation, layers: cross.layers },
      dcnv2: { deep: widths(), activation, ...cross },
    }
    const others = { deep: widths(), activation, dropout: pick([0, 0, 0.2]) }
    return {
      ...subject,
      name: `${number + 1}: ${preset}, ${tables} tables of dimension ${dimension}`,
      document: presetDocument(preset, columns, { dimension, ...(settings[preset] ?? others) }),
      columns,
      indicesPerLookup: 1,
      batchSizes: [pick([32, 64, 128, 256, 512, 1024, 2048, 4096])],
      optimizers: [pick<OptimizerKind>(['sgd', 'adagrad', 'rowWiseAdagrad', 'adam'])],
      burstSeconds: BURST_SECONDS,
      threads: availableParallelism(),
    }
  }
  return Array.from({ length: RANDOM_MODELS }, model)
}

const begun = performance.now()
const { unitTimes, device } = await calibrate(subject, { signal, onFraction: () => undefined })
console.log(
  `${subject.backend} on the ${device}, ${subject.precision}: calibrated in ${((performance.now() - begun) / 1000).toFixed(0)} s`,
)
console.log('predicted ms  measured ms  error  batch  model')
const models = [...presetModels(), ...randomModels()]
const repetitions: MeasuredSteps[][][] = []
for (let repetition = 0; repetition < REPETITIONS; repetition++) {
  repetitions.push([])
  for (const model of models) repetitions.at(-1)?.push(await measureInProcess(model, signal))
}
const errors = models.flatMap((model, index) => {
  const [first = [], ...others] = repetitions.map((repetition) => repetition[index] ?? [])
  return first.map((measured, at) =>
    errorOf(model, [measured, ...others.flatMap((repetition) => repetition[at] ?? [])]),
  )
})

/** Prints a model whose steps were measured in several repetitions. */
function errorOf(model: Model, measured: MeasuredSteps[]): number {
  const best = measured.reduce((a, b) => (b.msPerStep < a.msPerStep ? b : a))
  const work = workOfCase(model, best)
  const { ms } = predictStep(work, unitTimes)
  const error = ms / best.msPerStep - 1
  const number = (value: number) => value.toFixed(3).padStart(12)
  const percent = `${(100 * error).toFixed(0)} %`.padStart(6)
  const name = `${model.name}, ${best.optimizer}`
  console.log(number(ms), number(best.msPerStep), percent, String(best.batchSize).padStart(6), ` ${name}`)
  if (Math.abs(error) > Number(off)) printOperations(best, workByEntry(work))
  return Math.abs(error)
}

function printOperations({ operations }: MeasuredSteps, entries: ReturnType<typeof workByEntry>): void {
  const differences = operations.map((operation) => {
    const predicted = timeOf(entries.get(entryKey(operation)) ?? {}, unitTimes)
    return { ...operation, predicted, difference: Math.abs(predicted - operation.ms) }
  })
  for (const each of differences.sort((a, b) => b.difference - a.difference).slice(0, 4))
    console.log(`        ${each.predicted.toFixed(3)} for ${each.ms.toFixed(3)}: ${entryKey(each)}`)
}

errors.sort((a, b) => a - b)
const percent = (share = NaN) => `${(100 * share).toFixed(1)} %`
console.log(`median error ${percent(errors[errors.length >> 1])}, worst ${percent(errors.at(-1))}`)
