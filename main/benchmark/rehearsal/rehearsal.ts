/** Rehearses a cluster: finds the workload that is named, and what is known of this machine. */
import type { StudioReader } from '../../../db/index.ts'
import type { DatasetManifest } from '../../contract/manifest.ts'
import {
  rehearsalShapeName,
  type Rehearsal,
  type RehearsalOptions,
  type RehearsalRequest,
  type RehearsedHost,
  type RehearsedWorkload,
} from '../../contract/rehearsal.ts'
import { defaultTrainingConfig, type TrainingConfig } from '../../contract/training.ts'
import { columnsOf } from '../../datasets/columns-of.ts'
import { rehearseInThread } from '../../distributed/planner-in-thread.ts'
import type { KnownMachine } from '../../distributed/rehearsal/machine.ts'
import { REFERENCE_MACHINE, REFERENCE_NAME } from '../../distributed/rehearsal/reference-machine.ts'
import type { Workload } from '../../distributed/rehearsal/rehearse.ts'
import type { BoundColumns, ModelDocument } from '../../model/document.ts'
import { meanLookups } from '../../model/mean-lookups.ts'
import { withDatasetColumns } from '../../model/placeholder-columns.ts'
import { compilePlan } from '../../model/plan.ts'
import { presetDocument } from '../../model/presets/index.ts'
import { storedRankCalibration } from '../calibration/calibrate-ranks.ts'
import { defaultHost } from './default-host.ts'
import { rehearsalShape } from './shapes.ts'

/** The numbers of ranks where none are chosen. */
export const RANKS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]

export interface RehearsalSources {
  database: StudioReader
  /** Rejects with NotFound for an unknown dataset. */
  manifestOf: (dataset: string) => Promise<DatasetManifest>
  /** Throws NotFound for an unknown model. */
  modelOf: (id: string) => ModelDocument
}

/** Rejects with NotFound for an unknown model or dataset, with InvalidModel, and as `rehearse`. */
export async function rehearseCluster(
  sources: RehearsalSources,
  { workload, ...settings }: RehearsalRequest,
): Promise<Rehearsal> {
  const { document, columns, samples } = await workloadOf(sources, workload)
  const plan = compilePlan(document, columns)
  const { known, calibrated } = knownMachine(sources.database, settings.precision)
  const found: Workload = { plan, lookups: meanLookups(plan, columns), samples }
  const { host } = settings
  return {
    workload: describe(document, found),
    ...(await rehearseInThread({ workload: found, settings, known })),
    calibrated: { computation: calibrated, exchanges: calibrated },
    assumptions: assumptions(host, calibrated),
  }
}

interface FoundWorkload {
  document: ModelDocument
  columns: BoundColumns
  samples: number
}

async function workloadOf(
  { manifestOf, modelOf }: RehearsalSources,
  workload: RehearsedWorkload,
): Promise<FoundWorkload> {
  if (workload.kind === 'shape') return rehearsalShape(workload.shape)
  const manifest = await manifestOf(workload.dataset)
  const columns = columnsOf(manifest)
  const bound = (document: ModelDocument) => withDatasetColumns(document, columns) ?? document
  const document =
    workload.kind === 'preset'
      ? presetDocument(workload.preset, columns)
      : bound(workload.kind === 'model' ? modelOf(workload.model) : workload.document)
  return { document, columns, samples: Math.max(1, manifest.splits.train.rows) }
}

function knownMachine(
  database: StudioReader,
  precision: TrainingConfig['precision'],
): { known: KnownMachine; calibrated: boolean } {
  const calibration = storedRankCalibration(database, precision)
  return { known: calibration ?? REFERENCE_MACHINE, calibrated: calibration !== null }
}

/** What a rehearsal starts from: hosts like this machine in an ordinary network. */
export function rehearsalOptionsOf(database: StudioReader): RehearsalOptions {
  const { calibrated } = knownMachine(database, defaultTrainingConfig.precision)
  return {
    shapes: rehearsalShapeName.options.map((name) => {
      const { summary, strongBatchSize, weakBatchSize } = rehearsalShape(name)
      return { name, summary, strongBatchSize, weakBatchSize }
    }),
    host: defaultHost(),
    ranks: RANKS,
    calibrated: { computation: calibrated, exchanges: calibrated },
  }
}

function describe({ name }: ModelDocument, { plan, lookups }: Workload): string {
  const tables = plan.parameters.filter(({ kind }) => kind === 'table')
  const rows = tables.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0)
  const indices = lookups.reduce((sum, each) => sum + each, 0)
  const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 })
  return `${name}: ${number(tables.length)} tables of ${number(rows)} rows in all, ${number(indices)} indices a sample.`
}

function assumptions(host: RehearsedHost, calibrated: boolean): string[] {
  const cores = calibrated ? 'as this machine was measured' : `as those of ${REFERENCE_NAME}`
  const known = [
    host.flops === null ? 'matrix products' : null,
    host.memoryBandwidth === null ? 'memory' : null,
  ].filter((each) => each !== null)
  return [
    known.length > 0
      ? `Cores are ${cores}, also in the speed of ${known.join(' and ')}.`
      : `Cores are ${cores}, scaled to the named speeds of matrix products and memory.`,
    host.rdma
      ? 'Network cards move messages without processors.'
      : 'Messages to other hosts take as much of the processors as those over TCP between processes of one machine.',
    'The network is not shared with others, and every host reaches every other at the full bandwidth of its own.',
    ...(host.threads > 1 && host.ranksPerHost * host.threads > host.cores
      ? [
          'Each rank has several threads, more in all than the host has cores. Threads then wait for others that do not run, ' +
            'and steps take several times as long as rehearsed: use at most one thread for each core.',
        ]
      : []),
    'More ranks than the eight parts of a batch divide it further: dense gradients are summed by halving and doubling over ' +
      'a power of two of ranks, and up and down a tree over any other number, which sends them whole.',
  ]
}
