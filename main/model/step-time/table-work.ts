/** What lookups and updates of embedding tables have to do, by how far away their rows lie. */
import type { OptimizerKind } from '../costs.ts'
import { TABLES } from '../operation-names.ts'
import { isLookup } from '../kinds/embedding-lowering.ts'
import { FLOAT_BYTES } from '../kinds/operation.ts'
import type { Plan } from '../plan-types.ts'
import type { Amounts } from './amounts.ts'
import type { StepSettings, WorkItem } from './work.ts'

interface Table {
  node: string
  rows: number
  dimension: number
  /** Mean number of indices a sample has. */
  perSample: number
}

const LINE = 64
/**
 * Distances in bytes at which a row's cost is measured; between two it is interpolated over the distance's logarithm.
 * They lie around the caches' sizes of today's processors.
 */
const DISTANCES = [2 ** 19, 2 ** 22, 2 ** 25, 2 ** 28]
/** The native engine compares fewer keys than these, and sorts more by digits of so many bits. */
const SORTED_BY_DIGITS = 2048
const DIGIT_BITS = 11

/** Elements of state for an element of a row; what a row has but once is left out. */
const statesOf: Record<OptimizerKind, number> = { sgd: 0, adagrad: 1, rowWiseAdagrad: 0, adam: 2 }

export function tableWork(plan: Plan, settings: StepSettings): WorkItem[] {
  const tables = plan.operations.filter(isLookup).map((bag): Table => {
    const [rows = 0, dimension = 0] = plan.parameters[bag.table]?.shape ?? []
    return { node: bag.node, rows, dimension, perSample: settings.lookups[bag.column] ?? 1 }
  })
  if (tables.length === 0) return []
  const update = `tables.update.${settings.tables}`
  const forAll: WorkItem[] = [
    { name: TABLES, phase: 'forward', node: null, amounts: { 'tables.forward': 1 } },
    { name: TABLES, phase: 'backward', node: null, amounts: { 'tables.backward': 1 } },
    { name: TABLES, phase: 'update', node: null, amounts: { [update]: 1 } },
  ]
  const traffic = trafficOf(plan, settings, tables)
  return [...forAll, ...tables.flatMap((table) => workOf(table, traffic, settings))]
}

function workOf(table: Table, traffic: number, settings: StepSettings): WorkItem[] {
  const { batchSize, samples, tables: optimizer } = settings
  const { node, rows, dimension, perSample } = table
  const looked = batchSize * perSample
  // As many as uniform draws with replacement leave distinct.
  const distinct = rows * -Math.expm1(-looked / rows)
  // A row's turn comes again once all were looked up, or with the samples' next turn; so much is read meanwhile.
  const distance = Math.min(rows / perSample, samples) * traffic
  // The rows were read in this step's forward pass; their state was not.
  const updated = optimizer === 'sgd' ? Math.min(distance, batchSize * traffic) : distance
  // Beyond the first of each row: those follow it in memory, and the processor foresees them.
  const lines = Math.max(0, (dimension * FLOAT_BYTES) / LINE - 1)
  const update = `tables.update.${optimizer}`
  return [
    {
      ...{ name: TABLES, phase: 'forward', node },
      amounts: {
        'tables.forward.tables': 1,
        'tables.forward.output': batchSize * dimension,
        ...byDistance('tables.forward', distance, { rows: looked, lines: looked * lines }),
      },
    },
    {
      ...{ name: TABLES, phase: 'backward', node },
      amounts: {
        'tables.backward.tables': 1,
        'tables.backward.output': batchSize * dimension,
        ...sorting(looked, rows),
      },
    },
    {
      ...{ name: TABLES, phase: 'update', node },
      amounts: {
        [`${update}.tables`]: 1,
        [`${update}.values`]: distinct * dimension,
        [`${update}.lookups`]: looked,
        [`${update}.gradients`]: looked * dimension,
        ...byDistance(update, updated, { rows: distinct, lines: distinct * lines }),
      },
    },
  ]
}

/** Bytes that a sample makes the processor read or write: rows and their state, values and gradients, weights. */
function trafficOf(plan: Plan, { tables: optimizer, batchSize }: StepSettings, tables: Table[]): number {
  const rows = tables.reduce((sum, { dimension, perSample }) => sum + perSample * dimension, 0)
  const widths = plan.values.reduce((sum, { width }) => sum + width, 0)
  const dense = plan.parameters.filter(({ kind }) => kind === 'dense')
  const weights = dense.reduce((sum, { shape }) => sum + shape.reduce((all, size) => all * size, 1), 0)
  return FLOAT_BYTES * (rows * (1 + statesOf[optimizer]) + 2 * widths + (2 * weights) / batchSize)
}

function sorting(looked: number, rows: number): Amounts {
  if (looked < SORTED_BY_DIGITS) return { 'tables.backward.comparisons': looked * Math.log2(1 + looked) }
  const digits = Math.ceil(Math.log2(rows + 1) / DIGIT_BITS)
  return { 'tables.backward.digits': digits, 'tables.backward.moves': digits * looked }
}

/** Amounts split between the two measured distances around the one at hand; beyond the last it goes on as before it. */
function byDistance(prefix: string, distance: number, amounts: Amounts): Amounts {
  return Object.fromEntries(
    sharesAt(distance).flatMap(([place, share]) =>
      Object.entries(amounts).map(([name, amount]) => [`${prefix}.${name}@${place}`, share * amount]),
    ),
  )
}

function sharesAt(distance: number): [place: number, share: number][] {
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
