/** The form of a rehearsal, with the units that people use, and the request that it makes. */
import type { RequestOf } from '../../../../main/contract/requests.ts'
import {
  rehearsalSettings,
  rehearsedHost,
  type RehearsalOptions,
  type RehearsalShapeName,
  type RehearsedWorkload,
} from '../../../../main/contract/rehearsal.ts'
import { isPresetName, presetNames, presets } from '../../../../main/model/presets/index.ts'
import { boundsOf } from '../../../../main/model/number-bounds.ts'
import type { FormField, SelectOption } from '../../../ui/form-field.ts'
import { optimizerOptions } from '../../new-run/shared/optimizer-choice.ts'

const GB = 1e9
const GBIT = 1e9 / 8
const MICROSECOND = 1e-6

export interface RehearsalDraft {
  /** A shape with this prefix, a preset's name, or a saved model's id. */
  workload: string
  dataset: string
  cores: number
  ranksPerHost: number
  threads: number
  /** GB; undefined is enough for any model. */
  memory: number | undefined
  /** GB/s; undefined is as this machine's cores have. */
  memoryBandwidth: number | undefined
  /** µs. */
  latency: number
  /** Gbit/s. */
  bandwidth: number
  strongBatchSize: number
  weakBatchSize: number
  mostRanks: string
  exchange: RequestOf<'cluster.rehearse'>['exchange']
  optimizer: RequestOf<'cluster.rehearse'>['optimizer']
  precision: RequestOf<'cluster.rehearse'>['precision']
}

const SHAPE = 'shape '

export const shapeOf = ({ workload }: Pick<RehearsalDraft, 'workload'>): RehearsalShapeName | null =>
  workload.startsWith(SHAPE) ? (workload.slice(SHAPE.length) as RehearsalShapeName) : null

const shapeTitles: Record<RehearsalShapeName, string> = {
  kaggle: 'Criteo Kaggle',
  'paper-profile': 'Profile of the DLRM paper',
  'small-memory': 'Small tables',
  dcnv2: 'DCN v2',
  'criteo-terabyte': 'Criteo Terabyte',
  'mlperf-dcnv2': 'MLPerf DCN v2',
  'sc20-small': 'Kalamkar et al. (SC’20), small',
  'sc20-large': 'Kalamkar et al. (SC’20), large',
}

/** The draft with what a shape suggests. */
export function withShape(draft: RehearsalDraft, { shapes }: RehearsalOptions): RehearsalDraft {
  const shape = shapes.find(({ name }) => name === shapeOf(draft))
  if (!shape) return draft
  const { strongBatchSize, weakBatchSize } = shape
  return { ...draft, strongBatchSize, weakBatchSize }
}

export function firstDraft(options: RehearsalOptions, dataset: string): RehearsalDraft {
  const { host, ranks, shapes } = options
  const first = shapes.find(({ name }) => name === 'criteo-terabyte') ?? shapes[0]
  const draft: RehearsalDraft = {
    workload: SHAPE + (first?.name ?? 'kaggle'),
    dataset,
    cores: host.cores,
    ranksPerHost: host.ranksPerHost,
    threads: host.threads,
    memory: host.memoryBytes === null ? undefined : host.memoryBytes / GB,
    memoryBandwidth: host.memoryBandwidth === null ? undefined : host.memoryBandwidth / GB,
    latency: Number((host.networkLatency / MICROSECOND).toPrecision(6)),
    bandwidth: host.networkBandwidth / GBIT,
    strongBatchSize: 2048,
    weakBatchSize: 256,
    mostRanks: String(ranks.filter((count) => count <= 256).at(-1) ?? 256),
    exchange: 'all-to-all',
    optimizer: 'sgd',
    precision: 'fp32',
  }
  return withShape(draft, options)
}

function workloadOf({ workload, dataset }: RehearsalDraft): RehearsedWorkload {
  const shape = shapeOf({ workload })
  if (shape) return { kind: 'shape', shape }
  if (isPresetName(workload)) return { kind: 'preset', preset: workload, dataset }
  return { kind: 'model', model: workload, dataset }
}

export function requestOf(draft: RehearsalDraft, options: RehearsalOptions): RequestOf<'cluster.rehearse'> {
  const { memory, memoryBandwidth } = draft
  return {
    workload: workloadOf(draft),
    host: {
      cores: draft.cores,
      ranksPerHost: draft.ranksPerHost,
      threads: draft.threads,
      memoryBytes: memory === undefined ? null : memory * GB,
      memoryBandwidth: memoryBandwidth === undefined ? null : memoryBandwidth * GB,
      flops: options.host.flops,
      networkBandwidth: draft.bandwidth * GBIT,
      networkLatency: draft.latency * MICROSECOND,
    },
    strongBatchSize: draft.strongBatchSize,
    weakBatchSize: draft.weakBatchSize,
    ranks: options.ranks.filter((count) => count <= Number(draft.mostRanks)),
    exchange: draft.exchange,
    optimizer: draft.optimizer,
    precision: draft.precision,
  }
}

export function workloadFields(
  { shapes }: RehearsalOptions,
  draft: RehearsalDraft,
  saved: readonly { id: string; name: string }[],
  datasets: readonly { id: string; name: string }[],
): FormField[] {
  const noData = datasets.length === 0
  const options: SelectOption[] = [
    ...shapes.map(({ name }) => ({
      value: SHAPE + name,
      text: shapeTitles[name],
      group: 'From the literature',
    })),
    ...saved.map(({ id, name }) => ({ value: id, text: name, group: 'Saved models', disabled: noData })),
    ...presetNames.map((name) => ({
      value: name,
      text: presets[name].title,
      group: 'Presets',
      disabled: noData,
    })),
  ]
  const shape = shapes.find(({ name }) => name === shapeOf(draft))
  const model: FormField = {
    path: 'workload',
    name: 'Model',
    wide: true,
    hint: shape?.summary ?? 'With the columns and values of the dataset.',
    control: 'choice',
    options,
  }
  const dataset: FormField = {
    path: 'dataset',
    name: 'Dataset',
    control: 'choice',
    options: datasets.map(({ id, name }) => ({ value: id, text: name })),
  }
  return shape ? [model] : [model, dataset]
}

const { shape: host } = rehearsedHost
const { shape: settings } = rehearsalSettings

export const hostFields: readonly FormField[] = [
  { path: 'cores', name: 'Cores', unit: 'a host', control: 'number', limits: boundsOf(host.cores) },
  {
    path: 'ranksPerHost',
    name: 'Ranks',
    unit: 'a host',
    control: 'number',
    limits: boundsOf(host.ranksPerHost),
  },
  { path: 'threads', name: 'Threads', unit: 'a rank', control: 'number', limits: boundsOf(host.threads) },
  {
    path: 'memory',
    name: 'Memory (GB)',
    hint: 'Of a host. Empty: enough for any model.',
    control: 'optionalNumber',
    limits: { above: 0, maximum: 1e6 },
    placeholder: 'enough',
  },
  {
    path: 'memoryBandwidth',
    name: 'Memory bandwidth (GB/s)',
    hint: 'Of all cores. Empty: as known cores have.',
    control: 'optionalNumber',
    limits: { above: 0, maximum: 1e6 },
    placeholder: 'as known',
  },
  {
    path: 'latency',
    name: 'Network latency',
    unit: 'µs',
    control: 'number',
    limits: { minimum: 0, maximum: 1e7 },
  },
  {
    path: 'bandwidth',
    name: 'Network bandwidth',
    unit: 'Gbit/s',
    hint: 'Of a host, in each direction.',
    control: 'number',
    limits: { above: 0, maximum: 1e6 },
  },
]

export const stepFields = ({ ranks }: RehearsalOptions): FormField[] => [
  {
    path: 'strongBatchSize',
    name: 'Batch, strong scaling',
    unit: 'samples',
    hint: 'Of the whole job.',
    control: 'number',
    limits: boundsOf(settings.strongBatchSize),
  },
  {
    path: 'weakBatchSize',
    name: 'Batch, weak scaling',
    unit: 'samples',
    hint: 'Of each rank.',
    control: 'number',
    limits: boundsOf(settings.weakBatchSize),
  },
  {
    path: 'mostRanks',
    name: 'Up to',
    control: 'choice',
    options: ranks.map((count) => ({
      value: String(count),
      text: `${count} ${count === 1 ? 'rank' : 'ranks'}`,
    })),
  },
  { path: 'optimizer', name: 'Optimizer', control: 'choice', options: optimizerOptions },
  {
    path: 'precision',
    name: 'Precision',
    control: 'choice',
    options: settings.precision.options.map((value) => ({ value, text: value })),
  },
  {
    path: 'exchange',
    name: 'Exchange of pooled rows',
    control: 'choice',
    options: [
      { value: 'all-to-all', text: 'All-to-all' },
      { value: 'fused-scatter', text: 'One scatter for each rank' },
      { value: 'scatter', text: 'One scatter for each table' },
    ],
  },
]
