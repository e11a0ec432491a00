import { calibrateRanks, saveRankCalibration } from '../../benchmark/calibration/calibrate-ranks.ts'
import { defaultHost } from '../../benchmark/rehearsal/default-host.ts'
import { rehearseCluster, RANKS } from '../../benchmark/rehearsal/rehearsal.ts'
import { rehearsalShape } from '../../benchmark/rehearsal/shapes.ts'
import { disturbance } from '../../contract/calibration.ts'
import { DEFAULT_RANK_EXCHANGE, rankExchange } from '../../contract/rank-exchange.ts'
import {
  MAX_REHEARSED_COUNTS,
  rehearsalShapeName,
  type RehearsalRequest,
  type RehearsedHost,
  type RehearsedWorkload,
} from '../../contract/rehearsal.ts'
import { defaultTrainingConfig, MAX_RANKS, optimizerKind, trainingConfig } from '../../contract/training.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import { hostQuantity } from '../../distributed/planner/hosts.ts'
import { UsageError, type Command, type Invocation, type OptionSpec, type OptionValues } from '../command.ts'
import { modelFromArgument } from '../model-argument.ts'
import { rehearsalText } from '../rehearsal-text.ts'

const { precision } = trainingConfig.shape

const hostOptions: Record<string, OptionSpec> = {
  cores: { type: 'string', value: 'N', help: 'cores of a host (default: those of this machine)' },
  'ranks-per-host': { type: 'string', value: 'N', help: 'ranks on a host (default 1)' },
  threads: { type: 'string', value: 'T', help: 'threads of a rank (default: its share of the cores)' },
  memory: { type: 'string', value: '192GB', help: 'memory of a host (default: enough for any model)' },
  'memory-bandwidth': {
    type: 'string',
    value: '100GB/s',
    help: 'of all cores of a host (default: as the known cores have)',
  },
  flops: {
    type: 'string',
    value: '2TFLOP/s',
    help: 'of all cores of a host in matrix products (default: as the known cores have)',
  },
  'network-latency': { type: 'string', value: '50us', help: 'between two hosts (default 50us)' },
  rdma: { type: 'boolean', help: 'network cards move messages without processors, as in InfiniBand' },
  'network-bandwidth': { type: 'string', value: '10Gbit/s', help: 'of a host, each way (default 10Gbit/s)' },
}

const options: Record<string, OptionSpec> = {
  data: { type: 'string', value: 'N', help: 'the dataset of MODEL' },
  shape: {
    type: 'string',
    choices: rehearsalShapeName.options,
    help: 'a model and its data from the literature, in place of MODEL and --data',
  },
  ranks: { type: 'string', value: '1,2,4', help: 'numbers of ranks (default: powers of two up to 4096)' },
  ...hostOptions,
  'batch-size': {
    type: 'string',
    value: 'B',
    help: 'samples of a step: of the whole job, and with --weak of each rank',
  },
  weak: { type: 'boolean', help: 'show weak scaling: the same batch for each rank' },
  exchange: {
    type: 'string',
    choices: rankExchange.options,
    help: `how ranks exchange pooled rows (default ${DEFAULT_RANK_EXCHANGE})`,
  },
  optimizer: {
    type: 'string',
    choices: optimizerKind.options,
    help: 'of tables and dense parameters (default sgd)',
  },
  precision: {
    type: 'string',
    choices: precision.options,
    help: `precision of the matrix products’ operands (default ${defaultTrainingConfig.precision})`,
  },
  calibrate: {
    type: 'boolean',
    help: 'first measure cores and exchanges of this machine, for a minute or two',
  },
}

export const clusterRehearse: Command = {
  name: 'cluster rehearse',
  summary:
    'Predict the steps of training on hosts that you do not have: times, efficiency and bottleneck by the number of ranks.',
  positionals: [{ name: 'MODEL', required: false }],
  options,
  async run(invocation) {
    const { services, options } = invocation
    if (options.flag('calibrate')) await calibrate(invocation)
    const request = await requestFrom(invocation)
    const rehearsal = await rehearseCluster(
      {
        database: services.database,
        manifestOf: (dataset) => services.datasets.show(dataset),
        modelOf: (id) => services.database.models.get(id).document,
      },
      request,
    )
    if (!rehearsal.calibrated.computation) {
      const command = services.commandLine('cluster rehearse … --calibrate')
      invocation.note(`The times are not those of this machine: measure it with ${command}.`)
    }
    return { json: rehearsal, text: rehearsalText(rehearsal, options.flag('weak') ? 'weak' : 'strong') }
  },
}

async function calibrate({ services, options, signal, progress, note }: Invocation): Promise<void> {
  const measured = await calibrateRanks(
    precision.parse(options.text('precision') ?? defaultTrainingConfig.precision),
    { signal, onFraction: (fraction) => progress(`measuring: ${Math.round(100 * fraction)} %`) },
  )
  const disturbed = disturbance(saveRankCalibration(services.database, measured))
  if (disturbed) note(disturbed)
}

async function requestFrom({ positionals, options, services }: Invocation): Promise<RehearsalRequest> {
  const workload = await workloadFrom(positionals[0], options, services)
  const defaults =
    workload.kind === 'shape'
      ? rehearsalShape(workload.shape)
      : { strongBatchSize: defaultTrainingConfig.batchSize, weakBatchSize: defaultTrainingConfig.batchSize }
  const batchSize = options.number('batch-size', { whole: true, min: 1, max: 2 ** 20 })
  const weak = options.flag('weak')
  return {
    workload,
    host: hostFrom(options),
    strongBatchSize: (weak ? undefined : batchSize) ?? defaults.strongBatchSize,
    weakBatchSize: (weak ? batchSize : undefined) ?? defaults.weakBatchSize,
    ranks: ranksFrom(options.text('ranks')),
    exchange: rankExchange.parse(options.text('exchange') ?? DEFAULT_RANK_EXCHANGE),
    optimizer: optimizerKind.parse(options.text('optimizer') ?? 'sgd'),
    precision: precision.parse(options.text('precision') ?? defaultTrainingConfig.precision),
  }
}

async function workloadFrom(
  model: string | undefined,
  options: OptionValues,
  services: Invocation['services'],
): Promise<RehearsedWorkload> {
  const shape = options.text('shape')
  const dataset = options.text('data')
  if (shape !== undefined) {
    if (model !== undefined || dataset !== undefined)
      throw new UsageError('--shape has a model and data of its own: leave MODEL and --data out.', 'shape')
    return { kind: 'shape', shape: rehearsalShapeName.parse(shape) }
  }
  if (model === undefined || dataset === undefined) {
    throw new UsageError(
      `cluster rehearse needs MODEL and --data, or --shape: ${rehearsalShapeName.options.join(', ')}.`,
      'shape',
    )
  }
  const columns = columnsOf(await services.datasets.show(dataset))
  return { kind: 'document', document: await modelFromArgument(model, columns, []), dataset }
}

function ranksFrom(text: string | undefined): number[] {
  if (text === undefined) return RANKS
  const counts = text.split(',').map(Number)
  const wrong = counts.some((each) => !Number.isInteger(each) || each < 1 || each > MAX_RANKS)
  if (wrong || counts.length > MAX_REHEARSED_COUNTS) {
    throw new UsageError(
      `--ranks is ${text}; it must be up to ${MAX_REHEARSED_COUNTS} whole numbers from 1 to ${MAX_RANKS}, such as 1,2,4.`,
      'ranks',
    )
  }
  return counts
}

function hostFrom(options: OptionValues): RehearsedHost {
  const ordinary = defaultHost()
  const whole = (name: string, max: number) => options.number(name, { whole: true, min: 1, max })
  const quantity = (name: string) => {
    const text = options.text(name)
    return text === undefined ? undefined : hostQuantity(name, text)
  }
  const cores = options.number('cores', { min: 0.1, max: 4096 }) ?? ordinary.cores
  const ranksPerHost = whole('ranks-per-host', MAX_RANKS) ?? ordinary.ranksPerHost
  return {
    cores,
    ranksPerHost,
    threads: whole('threads', 1024) ?? Math.max(1, Math.floor(cores / ranksPerHost)),
    memoryBytes: quantity('memory') ?? ordinary.memoryBytes,
    memoryBandwidth: quantity('memory-bandwidth') ?? ordinary.memoryBandwidth,
    flops: quantity('flops') ?? ordinary.flops,
    networkBandwidth: quantity('network-bandwidth') ?? ordinary.networkBandwidth,
    networkLatency: quantity('network-latency') ?? ordinary.networkLatency,
    rdma: options.flag('rdma'),
  }
}
