/** Every flag of dlrm_s_pytorch.py: how its text is read, its default, and whether it is implemented here. */
import { z } from 'zod'
import { pythonDecimal, pythonInteger, pythonTruth } from './argparse-values.ts'

const wholeNumber = z.string().transform(pythonInteger).pipe(z.int('a whole number is needed'))
const count = wholeNumber.pipe(z.int().min(1))
const notNegative = wholeNumber.pipe(z.int().min(0))
const decimal = z.string().transform(pythonDecimal).pipe(z.number('a number is needed'))
const truth = z.string().transform(pythonTruth)
const dashed = (read: (text: string) => number, item: z.ZodType<number, number>) =>
  z
    .string()
    .transform((text) => text.split('-').map(read))
    .pipe(z.array(item).min(1).max(1000))
const widths = dashed(pythonInteger, z.int('whole numbers joined by - are needed').min(1))
/** The reference limits predictions only for thresholds between 0 and 1. */
const threshold = decimal
  .transform((value) => (value <= 0 || value >= 1 ? 0 : value))
  .pipe(z.number().lt(0.5, 'less than 0.5 is needed'))
/** Any text except one means learned weights. */
const weightedPooling = z.string().transform((text) => (text === 'fixed' ? 'fixed' : 'learned'))

/** The flags that are implemented. A switch is a flag without a value. */
export const supportedFlags = {
  'arch-sparse-feature-size': count.prefault('2'),
  'arch-embedding-size': widths.prefault('4-3-2'),
  'arch-mlp-bot': widths.prefault('4-3-2'),
  'arch-mlp-top': widths.prefault('4-2-1'),
  'arch-interaction-op': z.enum(['dot', 'cat']).prefault('dot'),
  'arch-interaction-itself': z.boolean().prefault(false),
  'weighted-pooling': weightedPooling.nullable().prefault(null),
  'md-flag': z.boolean().prefault(false),
  'md-threshold': notNegative.prefault('200'),
  'md-temperature': decimal.prefault('0.3'),
  'md-round-dims': z.boolean().prefault(false),
  'qr-flag': z.boolean().prefault(false),
  'qr-threshold': notNegative.prefault('200'),
  'qr-operation': z.enum(['mult', 'add', 'concat']).prefault('mult'),
  'qr-collisions': count.prefault('4'),
  'loss-function': z.enum(['mse', 'bce', 'wbce']).prefault('mse'),
  'loss-weights': dashed(pythonDecimal, z.number().min(0))
    .pipe(z.tuple([z.number(), z.number()], 'two weights joined by - are needed'))
    .prefault('1.0-1.0'),
  'loss-threshold': threshold.prefault('0.0'),
  'round-targets': truth.prefault(''),
  'data-size': count.prefault('1'),
  'num-batches': notNegative.prefault('0'),
  'data-generation': z
    .enum(
      ['random', 'synthetic', 'dataset'],
      'only random or synthetic data is generated here; for a dataset use `data import`, `model dlrm --data` and `train`',
    )
    .prefault('random'),
  'max-ind-range': wholeNumber.prefault('-1'),
  'data-trace-file': z.string().min(1).max(4096).prefault('./input/dist_emb_j.log'),
  'data-trace-enable-padding': truth.prefault(''),
  'rand-data-dist': z.enum(['uniform', 'gaussian']).prefault('uniform'),
  'rand-data-min': decimal.prefault('0'),
  'rand-data-max': decimal.prefault('1'),
  'rand-data-mu': decimal.prefault('-1'),
  'rand-data-sigma': decimal.pipe(z.number().min(0)).prefault('1'),
  'num-indices-per-lookup': count.prefault('10'),
  'num-indices-per-lookup-fixed': truth.prefault(''),
  'mini-batch-size': count.prefault('1'),
  nepochs: count.prefault('1'),
  'learning-rate': decimal.pipe(z.number().positive()).prefault('0.01'),
  'numpy-rand-seed': notNegative.pipe(z.int().max(2 ** 32 - 1)).prefault('123'),
  optimizer: z.enum(['sgd', 'adagrad', 'rwsadagrad']).prefault('sgd'),
  'print-freq': count.prefault('1'),
  'lr-num-warmup-steps': notNegative.prefault('0'),
  'lr-decay-start-step': notNegative.prefault('0'),
  'lr-num-decay-steps': notNegative.prefault('0'),
} as const

export const supportedSchema = z.object(supportedFlags)
export type DlrmFlags = z.infer<typeof supportedSchema>

/** Flags that take no value. */
export const switches = new Set([
  'arch-interaction-itself',
  'md-flag',
  'md-round-dims',
  'qr-flag',
  'inference-only',
  'save-onnx',
  'use-gpu',
  'memory-map',
  'dataset-multiprocessing',
  'print-time',
  'print-wall-time',
  'debug-mode',
  'enable-profiling',
  'plot-compute-graph',
  'mlperf-logging',
  'mlperf-bin-loader',
  'mlperf-bin-shuffle',
  'mlperf-coalesce-sparse-grads',
])

/** Flags that change neither the numbers nor what is printed here. */
export const ignoredFlags = new Set([
  'num-workers',
  'test-num-workers',
  'test-mini-batch-size',
  'memory-map',
  'dataset-multiprocessing',
  'print-precision',
  'print-time',
  'print-wall-time',
  'debug-mode',
  'sync-dense-params',
])

const ofMlperf = 'it belongs to MLPerf submissions'
const ofMachines = 'the command runs in one process on the processor'

/** Flags whose value is true for any text except the empty one. */
export const truthFlags = new Set([
  'round-targets',
  'data-trace-enable-padding',
  'num-indices-per-lookup-fixed',
  'sync-dense-params',
])

/** Flags that the reference reads only for its data sets, or never uses. */
export const ignoredWithRandomData = new Set([
  'activation-function',
  'data-set',
  'raw-data-file',
  'processed-data-file',
  'data-randomize',
  'max-ind-range',
  'data-sub-sample-rate',
  'mlperf-bin-loader',
  'mlperf-bin-shuffle',
])

/** Other flags: the values that have no effect, and why every other value is refused. */
export const refusedFlags: Record<string, { harmless: string[]; reason: string }> = {
  'inference-only': { harmless: [], reason: 'nothing would be trained; use `predict` with a trained run' },
  'quantize-mlp-with-bit': { harmless: ['32'], reason: 'it goes with --inference-only' },
  'quantize-emb-with-bit': { harmless: ['32'], reason: 'it goes with --inference-only' },
  'save-onnx': { harmless: [], reason: 'use `export` with a trained run' },
  'save-model': { harmless: [''], reason: 'use `train`, which keeps checkpoints' },
  'load-model': { harmless: [''], reason: 'use `train --init FILE.safetensors`' },
  'use-gpu': { harmless: [], reason: ofMachines },
  local_rank: { harmless: ['-1'], reason: ofMachines },
  'dist-backend': { harmless: [''], reason: ofMachines },
  'test-freq': { harmless: ['-1', '0'], reason: 'use `train` to test on the test rows of a dataset' },
  'enable-profiling': { harmless: [], reason: 'use `bench`, which reports every operation' },
  'plot-compute-graph': { harmless: [], reason: 'the window draws the model' },
  'tensor-board-filename': { harmless: [''], reason: 'the window draws the curves' },
  'mlperf-logging': { harmless: [], reason: ofMlperf },
  'mlperf-acc-threshold': { harmless: ['0', '0.0'], reason: ofMlperf },
  'mlperf-auc-threshold': { harmless: ['0', '0.0'], reason: ofMlperf },
  'mlperf-coalesce-sparse-grads': { harmless: [], reason: ofMlperf },
  'mlperf-grad-accum-iter': { harmless: ['1'], reason: ofMlperf },
}

/** The names of all flags. */
export const flagNames: readonly string[] = [
  ...new Set([
    ...Object.keys(supportedFlags),
    ...switches,
    ...ignoredFlags,
    ...ignoredWithRandomData,
    ...Object.keys(refusedFlags),
  ]),
]
