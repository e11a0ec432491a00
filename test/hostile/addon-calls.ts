/**
 * Calls everything that the addon exports with wrong arguments, in every state that an object can be in, and writes the
 * outcome of each call as JSON to stdout. It is a process of its own because a crash has to be seen.
 *
 *   node test/hostile/addon-calls.ts FOLDER
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilePlan } from '../../main/model/plan.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import {
  nativeAddon,
  type BatchArrays,
  type BatchLoaderOptions,
  type NativeBatchLoader,
  type NativeDataset,
  type NativeModel,
} from '../../native/index.ts'
import { detached, hostileArguments, neverRight } from './hostile-arguments.ts'

export interface Call {
  /** The call: its name, the state, and which argument was wrong at which position. */
  call: string
  /** Whether such an argument can never be right. */
  wrong: boolean
  outcome: 'value' | 'error'
  code?: string
  message?: string
}

const folder = process.argv[2] ?? '.'
process.chdir(folder)
const addon = nativeAddon()

const calls: Call[] = []

async function report(call: string, wrong: boolean, work: () => unknown): Promise<void> {
  try {
    await work()
    calls.push({ call, wrong, outcome: 'value' })
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message?: string }
    calls.push({
      call,
      wrong,
      outcome: 'error',
      ...(code && { code }),
      ...(message && { message: message.slice(0, 200) }),
    })
  }
}

type Method = (...args: unknown[]) => unknown

/** Every argument at every position, with the others being right, and too few arguments. */
async function abuse(
  name: string,
  method: Method,
  right: () => unknown[],
  after: () => void = () => undefined,
) {
  const count = right().length
  for (let index = 0; index < count; index++) {
    for (const { name: what, value, wrong } of hostileArguments) {
      const given = right()
      given[index] = value
      await report(`${name}, argument ${index}: ${what}`, wrong, () => method(...given))
      after()
    }
  }
  if (count > 0) await report(`${name} without arguments`, true, () => method())
  after()
}

const columns = {
  dense: ['a', 'b'],
  sparse: [
    { name: 's', cardinality: 9, multiValued: false },
    { name: 'm', cardinality: 7, multiValued: true },
  ],
}
const plan = JSON.stringify(compilePlan(presetDocument('dlrm', columns, { dimension: 4 }), columns))
const options = JSON.stringify({ threads: 2, instructionSet: 'auto', precision: 'fp32', seed: 0 })
const sgd = { kind: 'sgd', learningRate: 0.1, epsilon: 0, beta1: 0, beta2: 0, l2: 0 }
const settings = JSON.stringify({ tables: sgd, dense: sgd, gradientClipNorm: 0, accumulateBatches: 1 })

function batch(changes: Partial<BatchArrays> = {}): BatchArrays {
  return {
    size: 2,
    dense: Float32Array.of(1, 2, 3, 4),
    labels: Float32Array.of(0, 1),
    columns: [
      { indices: Int32Array.of(0, 8) },
      { offsets: Int32Array.of(0, 1), indices: Int32Array.of(6, 0, 3) },
    ],
    ...changes,
  }
}
/** Well-formed objects that are not batches of this model. */
const badBatches: [string, unknown][] = [
  ['too many rows', batch({ size: 3 })],
  ['a negative size', batch({ size: -2 })],
  ['a huge size', batch({ size: 2 ** 40 })],
  ['short dense values', batch({ dense: new Float32Array(3) })],
  ['dense doubles', batch({ dense: new Float64Array(4) as never })],
  ['detached labels', batch({ labels: detached })],
  ['an index too many', batch({ columns: [{ indices: Int32Array.of(0, 9) }, batch().columns[1]!] })],
  ['a negative index', batch({ columns: [{ indices: Int32Array.of(0, -1) }, batch().columns[1]!] })],
  [
    'an index of 2^62',
    batch({ columns: [{ indices: BigInt64Array.of(0n, 2n ** 62n) }, batch().columns[1]!] }),
  ],
  ['no columns', batch({ columns: [] })],
  ['a missing column', batch({ columns: [batch().columns[0]!] })],
  ['one column more', batch({ columns: [...batch().columns, batch().columns[0]!] })],
  ...[
    Int32Array.of(1, 0),
    Int32Array.of(0, 4),
    Int32Array.of(-1, 0),
    Int32Array.of(0),
    BigInt64Array.of(0n, 2n ** 62n),
  ].map((offsets): [string, unknown] => [
    `offsets ${offsets.join(' ')}`,
    batch({ columns: [batch().columns[0]!, { offsets, indices: Int32Array.of(6, 0, 3) }] }),
  ]),
]

async function dataset(name: string, rows: number): Promise<NativeDataset> {
  const file = join(folder, `${name}.csv`)
  const lines = Array.from({ length: rows }, (_, i) => `${i % 2},${i},${-i},${i % 8},${i % 3} ${i % 6}\n`)
  writeFileSync(file, lines.join(''))
  const index = (size: number) => ({ kind: 'index', size }) as const
  const number = { role: 'dense', type: 'float', transform: 'none', missing: 'zero' } as const
  const spec = {
    files: [file],
    delimiter: ',',
    quotes: false,
    header: false,
    name,
    provenance: {},
    columns: [
      { name: 'label', role: 'label' },
      { name: 'a', ...number },
      { name: 'b', ...number },
      { name: 's', role: 'sparse', type: 'text', encoding: index(9) },
      { name: 'm', role: 'multiValued', type: 'text', encoding: index(7), separator: ' ' },
    ],
    split: { kind: 'tail', validation: 0.25, test: 0.25 },
    destination: join(folder, name),
    maxRejected: 0,
    reportRejected: 5,
  }
  await addon.importTable(JSON.stringify(spec), () => undefined).done
  return addon.openDataset(join(folder, name))
}

const loaderOptions: BatchLoaderOptions = {
  split: 'train',
  batchSize: 8,
  shuffle: true,
  seed: 0,
  epoch: 0,
  startBatch: 0,
  dense: ['a', 'b'],
  sparse: ['s', 'm'],
}

async function abuseModel(state: string, model: NativeModel, set: NativeDataset): Promise<void> {
  const loader = () => set.batches(loaderOptions)
  const [first = { name: '' }] = model.parameters()
  const methods: Record<string, () => unknown[]> = {
    initialize: () => [1],
    getParameter: () => [first.name],
    setParameter: () => [first.name, new Float32Array(1)],
    getState: () => [`${first.name}/sum`],
    setState: () => [`${first.name}/sum`, new Float32Array(1)],
    setStepCount: () => [1],
    configureTraining: () => [settings],
    trainBatch: () => [batch(), 1],
    trainSteps: () => [loader(), new Float64Array(1)],
    lookUp: () => [batch(), true],
    lookUpNext: () => [loader(), true],
    collectGradients: () => [new Float32Array(1), false],
    updateTables: () => [1, 1],
    dropoutMask: () => [0],
    predictBatch: () => [batch()],
    lossOfBatch: () => [batch()],
    gradients: () => [batch()],
    evaluate: () => [loader()],
    predict: () => [loader()],
    save: () => [join(folder, 'out.safetensors'), '{}', true],
    load: () => [join(folder, 'none.safetensors'), true],
    setProfiling: () => [false],
    recordTrace: () => [1],
    quantise: () => ['{"tables":"fp16","dense":"fp32"}'],
    parameters: () => [],
    stateTensors: () => [],
    stepCount: () => [],
    profile: () => [],
    resetProfile: () => [],
    takeTrace: () => [],
    memoryBytes: () => [],
    stop: () => [],
  }
  const bound = model as unknown as Record<string, Method>
  for (const [name, right] of Object.entries(methods))
    await abuse(`${state}: ${name}`, (...args) => bound[name]!.apply(model, args), right)
  for (const name of ['trainBatch', 'lookUp', 'predictBatch', 'lossOfBatch', 'gradients'])
    for (const [what, bad] of badBatches)
      await report(`${state}: ${name} of ${what}`, true, () => bound[name]!.call(model, bad, 1))
  await report(`${state}: a method of nothing`, true, () => bound.profile!.call({}))
}

const newModel = () => new addon.Model(plan, options)
const set = await dataset('set', 64)
await abuse(
  'Model',
  (...args) => new addon.Model(...(args as [string, string])),
  () => [plan, options],
)
await abuseModel('new', newModel(), set)

const configured = newModel()
configured.initialize(1)
configured.configureTraining(settings)
await abuseModel('configured', configured, set)

const trained = newModel()
trained.initialize(1)
trained.configureTraining(settings.replaceAll('sgd', 'adam').replaceAll('"epsilon":0', '"epsilon":1e-8'))
trained.trainBatch(batch(), 1)
await abuseModel('trained', trained, set)

const halfDone = newModel()
halfDone.initialize(1)
halfDone.configureTraining(settings)
const gradients = halfDone.lookUp(batch(), true).pooled
await abuseModel('half a step done', halfDone, set)
/** Larger than any batch before it, so that the scratch memory is reallocated. */
const large = set.batches({ ...loaderOptions, batchSize: 32 }).next()!
await report('half a step: gradients of a batch that another one has replaced', true, () => {
  halfDone.lookUp(batch(), true)
  halfDone.predictBatch(large)
  halfDone.collectGradients(gradients, false)
})
await report('half a step: an update after another batch', true, () => {
  halfDone.lookUp(large, true)
  halfDone.collectGradients(new Float32Array((gradients.length / 2) * large.size), false)
  halfDone.lookUp(batch(), true)
  halfDone.updateTables(1, 1)
})
await report('half a step: an update with no number', true, () => {
  halfDone.lookUp(batch(), true)
  halfDone.collectGradients(gradients, false)
  halfDone.updateTables(NaN, 1)
})
await report('half a step: a whole one after all', false, () => {
  halfDone.lookUp(batch(), true)
  halfDone.collectGradients(gradients, false)
  halfDone.updateTables(1, 1)
  halfDone.trainBatch(large, 1)
})

const compact = newModel()
compact.initialize(1)
await compact.quantise('{"tables":"int4","dense":"int8"}')
await abuseModel('quantised', compact, set)

/** Enough steps to be busy while all arguments are tried. */
const long = await dataset('long', 60_000)
const busy = newModel()
busy.configureTraining(settings)
const many = new Float64Array(200_000)
for (const name of [
  'initialize',
  'getParameter',
  'configureTraining',
  'memoryBytes',
  'gradients',
  'quantise',
]) {
  const running = busy.trainSteps(long.batches({ ...loaderOptions, batchSize: 1 }), many)
  for (const { name: what, value } of hostileArguments)
    await report(`busy: ${name}, ${what}`, true, () =>
      (busy as unknown as Record<string, Method>)[name]!(value),
    )
  await running
}

const loaders: Record<string, () => NativeBatchLoader> = {
  fresh: () => set.batches(loaderOptions),
  exhausted: () => {
    const loader = set.batches({ ...loaderOptions, batchSize: 64 })
    while (loader.next()) continue
    return loader
  },
  closed: () => {
    const loader = set.batches(loaderOptions)
    loader.close()
    return loader
  },
}
for (const [state, make] of Object.entries(loaders)) {
  for (const name of ['remaining', 'next', 'close', 'next'] as const)
    await report(`${state} loader: ${name}`, false, () => {
      const loader = make()
      return Reflect.apply(
        loader[name],
        loader,
        neverRight.map(([, value]) => value),
      ) as unknown
    })
  await report(`${state} loader: a model's`, state === 'closed', () => configured.evaluate(make()))
}
await abuse(
  'openLibrary',
  (path) => addon.openLibrary(path as string),
  () => [join(folder, 'none.so')],
)
// A class can be called back as well as any function: what it throws then is its own affair.
for (const { name, value, wrong } of hostileArguments)
  await report(
    `findLeaks, progress: ${name}`,
    wrong && name !== 'a class',
    () => (Reflect.apply(set.findLeaks as Method, set, [value]) as { done: Promise<string> }).done,
  )
const unknownRows = set.unknownRows as Method
for (const [what, ...given] of [
  ['another split', 'tests', loaderOptions.sparse],
  ['no list', 'test', 'm'],
  ['a column that is not there', 'test', ['none']],
  ['a dense column', 'test', ['a']],
  ['a list of numbers', 'test', [1]],
] as const)
  await report(`unknownRows of ${what}`, true, () => unknownRows.apply(set, [...given]))
for (const [what, ...given] of [
  ['no list', '2026-03-01', false],
  ['a list of numbers', [1], false],
  ['a comma that is a text', ['2026-03-01'], 'yes'],
  ['nothing'],
] as const)
  await report(`detectTime of ${what}`, true, () => (addon.detectTime as Method)(...given))
for (const text of [
  '\0',
  '2026-'.repeat(100_000),
  '9'.repeat(100_000),
  '[\ud800',
  '1e999',
  '-9223372036854775808',
])
  await report('detectTime of a strange text', false, () => addon.detectTime([text], false))
await report('evaluate with flags of another number of rows', true, () =>
  configured.evaluate(set.batches(loaderOptions), new Uint8Array(3)),
)
await abuse(
  'batches',
  (value) => set.batches(value as never),
  () => [{ ...loaderOptions }],
)
for (const key of Object.keys(loaderOptions))
  for (const { name, value, wrong } of hostileArguments)
    await report(`batches, ${key}: ${name}`, wrong && !(name === 'an array' || name === 'undefined'), () =>
      set.batches({ ...loaderOptions, [key]: value }).close(),
    )
await abuse(
  'openDataset',
  (value) => addon.openDataset(value as string),
  () => ['none'],
)
await abuse(
  'fileBeginning',
  (file, bytes) => addon.fileBeginning(file as string, bytes as number),
  () => ['none', 10],
)
await abuse(
  'previewTable',
  (file, options) => addon.previewTable(file as string, options as string),
  () => ['none', '{"limit":1}'],
)
await abuse(
  'importTable',
  (spec, listener) => addon.importTable(spec as string, listener as () => void).done,
  () => ['{}', () => undefined],
)
await abuse(
  'binaryMetrics',
  (...args) => addon.binaryMetrics(...(args as [Float32Array, Float32Array])),
  () => [Float32Array.of(0.5), Float32Array.of(1)],
)
await abuse(
  'benchmark',
  (...args) => addon.benchmark(...(args as [NativeModel, string])),
  () => [configured, '{"batchSize":0}'],
)
await abuse(
  'measureRoofs',
  (value) => addon.measureRoofs(value as number),
  () => [-1],
)
await abuse(
  'memoryBandwidth',
  (value) => addon.memoryBandwidth(value as number),
  () => [-1],
)
await report('cpuInfo', false, () => addon.cpuInfo())
process.stdout.write(JSON.stringify(calls))
