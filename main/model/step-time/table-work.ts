/** The work of lookups and updates of embedding tables, by the reuse distance of their rows. */
import type { OptimizerKind } from '../costs.ts'
import { TABLES } from '../operation-names.ts'
import { isLookup } from '../kinds/embedding-lowering.ts'
import { FLOAT_BYTES } from '../kinds/operation.ts'
import type { Plan } from '../plan-types.ts'
import type { Amounts } from './amounts.ts'
import type { StepSettings, WorkItem } from './work.ts'

/** A lookup, whose table has `dimension` columns here. */
export interface LookedUpTable {
  node: string
  rows: number
  dimension: number
  /** The mean number of indices in a sample. */
  perSample: number
}

const CACHE_LINE_BYTES = 64
/**
 * The reuse distances in bytes at which a row's cost is measured. Between two of them it is interpolated over the
 * logarithm of the distance. They lie around the cache sizes of today's processors.
 */
const DISTANCES = [2 ** 19, 2 ** 22, 2 ** 25, 2 ** 28]
/** For fewer keys than this the native engine sorts by comparisons, otherwise by digits of RADIX_BITS bits. */
const MIN_RADIX_SORT_KEYS = 2048
const RADIX_BITS = 11

/** Elements of optimizer state for an element of a row. State that a row has only once is left out. */
const stateElements: Record<OptimizerKind, number> = { sgd: 0, adagrad: 1, rowWiseAdagrad: 0, adam: 2 }

type TableSettings = Pick<StepSettings, 'batchSize' | 'tables' | 'samples'>

export function tableWork(plan: Plan, settings: StepSettings): WorkItem[] {
  const tables = plan.operations.filter(isLookup).map((bag): LookedUpTable => {
    const [rows = 0, dimension = 0] = plan.parameters[bag.table]?.shape ?? []
    return { node: bag.node, rows, dimension, perSample: settings.lookups[bag.column] ?? 1 }
  })
  return workOfTables(tables, trafficOf(plan, settings, tables), settings)
}

/** `traffic` is what the processor reads and writes for a sample of the batch, in bytes, in all of the step's work. */
export function workOfTables(
  tables: readonly LookedUpTable[],
  traffic: number,
  settings: TableSettings,
): WorkItem[] {
  if (tables.length === 0) return []
  const update = `tables.update.${settings.tables}`
  const forAll: WorkItem[] = [
    { name: TABLES, phase: 'forward', node: null, amounts: { 'tables.forward': 1 } },
    { name: TABLES, phase: 'backward', node: null, amounts: { 'tables.backward': 1 } },
    { name: TABLES, phase: 'update', node: null, amounts: { [update]: 1 } },
  ]
  return [...forAll, ...tables.flatMap((table) => workOf(table, traffic, settings))]
}

function workOf(table: LookedUpTable, traffic: number, settings: TableSettings): WorkItem[] {
  const { batchSize, samples, tables: optimizer } = settings
  const { node, rows, dimension, perSample } = table
  const lookups = batchSize * perSample
  // The expected number of distinct rows of uniform draws with replacement.
  const distinct = rows * -Math.expm1(-lookups / rows)
  // A row is read again once all others were, or when the samples repeat; this many bytes are read in the meantime.
  const distance = Math.min(rows / perSample, samples) * traffic
  // The rows were read in this step's forward pass; their state was not.
  const updated = optimizer === 'sgd' ? Math.min(distance, batchSize * traffic) : distance
  // The cache lines after the first of each row. They follow it in memory, so the processor prefetches them.
  const extraLines = Math.max(0, (dimension * FLOAT_BYTES) / CACHE_LINE_BYTES - 1)
  const update = `tables.update.${optimizer}`
  return [
    {
      name: TABLES,
      phase: 'forward',
      node,
      amounts: {
        'tables.forward.tables': 1,
        'tables.forward.output': batchSize * dimension,
        ...byDistance('tables.forward', distance, { rows: lookups, lines: lookups * extraLines }),
      },
    },
    {
      name: TABLES,
      phase: 'backward',
      node,
      amounts: {
        'tables.backward.tables': 1,
        'tables.backward.output': batchSize * dimension,
        ...sorting(lookups, rows),
      },
    },
    {
      name: TABLES,
      phase: 'update',
      node,
      amounts: {
        [`${update}.tables`]: 1,
        [`${update}.values`]: distinct * dimension,
        [`${update}.lookups`]: lookups,
        [`${update}.gradients`]: lookups * dimension,
        ...byDistance(update, updated, { rows: distinct, lines: distinct * extraLines }),
      },
    },
  ]
}

/** Bytes that the processor reads or writes for a sample: rows and their state, values and gradients, weights. */
function trafficOf(
  plan: Plan,
  { tables: optimizer, batchSize }: StepSettings,
  tables: readonly LookedUpTable[],
): number {
  return trafficOfRows(tables, optimizer) + trafficOfLayers(plan, batchSize)
}

/** The part of looked up rows and their state. */
export function trafficOfRows(tables: readonly LookedUpTable[], optimizer: OptimizerKind): number {
  const rows = tables.reduce((sum, { dimension, perSample }) => sum + perSample * dimension, 0)
  return FLOAT_BYTES * rows * (1 + stateElements[optimizer])
}

/** The part of values, their gradients and weights. */
export function trafficOfLayers(plan: Plan, batchSize: number): number {
  const widths = plan.values.reduce((sum, { width }) => sum + width, 0)
  const dense = plan.parameters.filter(({ kind }) => kind === 'dense')
  const weights = dense.reduce((sum, { shape }) => sum + shape.reduce((all, size) => all * size, 1), 0)
  return FLOAT_BYTES * (2 * widths + (2 * weights) / batchSize)
}

function sorting(lookups: number, rows: number): Amounts {
  if (lookups < MIN_RADIX_SORT_KEYS)
    return { 'tables.backward.comparisons': lookups * Math.log2(1 + lookups) }
  const digits = Math.ceil(Math.log2(rows + 1) / RADIX_BITS)
  return { 'tables.backward.digits': digits, 'tables.backward.moves': digits * lookups }
}

/** Amounts divided between the two measured distances around this one. Distances beyond the last are extrapolated. */
function byDistance(prefix: string, distance: number, amounts: Amounts): Amounts {
  return Object.fromEntries(
    distanceShares(distance).flatMap(([measuredDistance, share]) =>
      Object.entries(amounts).map(([name, amount]) => [
        `${prefix}.${name}@${measuredDistance}`,
        share * amount,
      ]),
    ),
  )
}

function distanceShares(distance: number): [measuredDistance: number, share: number][] {
  const above = DISTANCES.findIndex((each) => each >= distance)
  if (above === 0) return [[0, 1]]
  const upper = above === -1 ? DISTANCES.length - 1 : above
  const [low = 1, high = 1] = [DISTANCES[upper - 1], DISTANCES[upper]]
  const share = Math.log(distance / low) / Math.log(high / low)
  return [
    [upper - 1, 1 - share],
    [upper, share],
  ]
}
