/** How long the ranks of a job compute in a step, divided where exchanges begin and end (native/engine/src/across_ranks). */
import type { OptimizerKind } from '../../model/costs.ts'
import { inputsOf, parametersOf } from '../../model/costs.ts'
import { isLookup } from '../../model/kinds/embedding-lowering.ts'
import { FLOAT_BYTES } from '../../model/kinds/operation.ts'
import type { Plan } from '../../model/plan-types.ts'
import { freeConcatenations } from '../../model/step-time/free-concatenations.ts'
import { operationsWork, stepWork } from '../../model/step-time/step-work.ts'
import {
  trafficOfLayers,
  trafficOfRows,
  workOfTables,
  type LookedUpTable,
} from '../../model/step-time/table-work.ts'
import type { WorkItem } from '../../model/step-time/work.ts'
import type { RankMachine } from './machine.ts'

/** The gradients of several operations are exchanged together once they have this many values. */
const BUCKET_VALUES = 128 * 1024
/** A batch has at least as many leaves. */
const LEAVES = 8
/** Copying a pooled row to or from where operations have it, besides its bytes. */
const ROW_COPY_SECONDS = 4e-9

export interface StepShape {
  ranks: number
  /** Of the whole job. */
  batchSize: number
  optimizer: OptimizerKind
  /** The mean number of indices in a sample, for each of the plan's sparse columns. */
  lookups: readonly number[]
  /** The samples of an epoch. */
  samples: number
}

/** Seconds of a rank's lookups and updates, which depend on its tables. */
export interface TableSeconds {
  forward: number
  /** Sorting the gradients of the rows. */
  collect: number
  update: number
}

/** Layers between two exchanges of gradients: seconds, and values of a bucket that is then full; 0 for none. */
export interface BackwardPiece {
  seconds: number
  bucketValues: number
  /** Whether the gradients of pooled rows are complete then. */
  sendsPooled: boolean
}

/** Seconds of what every rank does for its own samples. */
export interface LayerSeconds {
  /** Before the first operation that reads a pooled row. */
  bottom: number
  /** The rest of the forward pass, and the loss. */
  top: number
  backward: BackwardPiece[]
  /** Pooled rows to where the operations read them, or their gradients back. */
  pooledCopy: number
  /** Summed gradients of dense parameters to where they are used. */
  gradientCopy: number
  update: number
  /** Outside all operations. */
  overhead: number
}

export function layerSeconds(plan: Plan, machine: RankMachine, shape: StepShape): LayerSeconds {
  const { ranks, batchSize, optimizer } = shape
  const rows = Math.ceil(batchSize / ranks)
  const operations = operationsWork(plan, 'native', rows)
  const whole = stepWork(plan, {
    backend: 'native',
    batchSize: rows,
    tables: optimizer,
    dense: optimizer,
    lookups: [...shape.lookups],
    samples: shape.samples,
    acrossRanks: true,
  })
  const reader = firstReader(plan)
  const forward = (wanted: (index: number) => boolean) =>
    operations.reduce(
      (sum, { index, forward }) => sum + (wanted(index) ? machine.seconds(forward, 'products') : 0),
      0,
    )
  const of = (wanted: (item: WorkItem) => boolean) =>
    whole.reduce((sum, item) => sum + (wanted(item) ? machine.seconds(item.amounts, 'none') : 0), 0)
  const { copySeconds } = machine.exchanges
  const bags = plan.operations.filter(isLookup)
  const width = bags.reduce((sum, { output }) => sum + (plan.values[output]?.width ?? 0), 0)
  const alone = ranks === 1
  const dense = plan.parameters.filter(({ kind }) => kind === 'dense')
  const denseValues = dense.reduce((sum, { shape: own }) => sum + own.reduce((all, size) => all * size, 1), 0)
  return {
    bottom: forward((index) => index < reader),
    top: forward((index) => index >= reader) + of(({ name, node }) => name === 'loss' && node === null),
    backward: backwardPieces(plan, machine, { operations, reader, leaves: LEAVES / ranks }),
    pooledCopy: rows * (bags.length * ROW_COPY_SECONDS + FLOAT_BYTES * width * copySeconds),
    gradientCopy: alone ? 0 : FLOAT_BYTES * denseValues * copySeconds,
    update: of(({ name, phase }) => name !== 'tables' && phase === 'update'),
    overhead: whole.reduce(
      (sum, { phase, amounts }) => sum + (phase === 'outside' ? machine.secondsOfOneThread(amounts) : 0),
      0,
    ),
  }
}

/** The place of the first operation that reads a pooled row. */
function firstReader(plan: Plan): number {
  const free = freeConcatenations(plan)
  const pooled = new Set<number>()
  for (const [index, operation] of plan.operations.entries()) {
    if (isLookup(operation)) pooled.add(operation.output)
    else if (inputsOf(operation).some((input) => pooled.has(input))) {
      if (!free.has(index)) return index
      pooled.add(operation.output)
    }
  }
  return plan.operations.length
}

interface BackwardContext {
  operations: ReturnType<typeof operationsWork>
  reader: number
  /** Of a rank, at most. */
  leaves: number
}

function backwardPieces(plan: Plan, machine: RankMachine, context: BackwardContext): BackwardPiece[] {
  const { operations, reader, leaves } = context
  const { addSeconds, copySeconds } = machine.exchanges
  const empty = new Map(operationsWork(plan, 'native', 0).map(({ index, backward }) => [index, backward]))
  const further = Math.max(0, leaves - 1)
  const pieces: BackwardPiece[] = []
  let [seconds, bucket, sent] = [0, 0, false]
  const end = (values: number, sendsPooled: boolean) => {
    pieces.push({ seconds, bucketValues: values, sendsPooled })
    seconds = 0
  }
  for (const { index, operation, backward } of operations.toReversed()) {
    if (!sent && index < reader) {
      end(0, true)
      sent = true
    }
    seconds += machine.seconds(backward ?? {}, 'products')
    const parameters = parametersOf(operation)
    const values = parameters.reduce(
      (sum, each) => sum + (plan.parameters[each]?.shape ?? []).reduce((all, size) => all * size, 1),
      0,
    )
    if (values === 0) continue
    // Each further leaf has a product of its own for the gradients of parameters, which are then added.
    seconds += further * (machine.seconds(empty.get(index) ?? {}, 'products') / 2)
    seconds += (further * values * addSeconds) / machine.host.threads
    seconds += FLOAT_BYTES * values * copySeconds
    bucket += values
    if (bucket < BUCKET_VALUES) continue
    end(bucket, false)
    bucket = 0
  }
  end(bucket, !sent)
  return pieces
}

/** The parts of tables that a rank has: the number of columns for each lookup of the plan. */
export type TableParts = readonly { table: number; columns: number }[]

export function tableSeconds(
  plan: Plan,
  machine: RankMachine,
  parts: TableParts,
  { ranks, batchSize, optimizer, lookups, samples }: StepShape,
): TableSeconds {
  const bags = Map.groupBy(plan.operations.filter(isLookup), ({ table }) => table)
  const tables = parts.flatMap(({ table, columns }) =>
    (bags.get(table) ?? []).map((bag): LookedUpTable => ({
      node: bag.node,
      rows: plan.parameters[table]?.shape[0] ?? 0,
      dimension: columns,
      perSample: lookups[bag.column] ?? 1,
    })),
  )
  const traffic =
    trafficOfRows(tables, optimizer) + trafficOfLayers(plan, Math.ceil(batchSize / ranks)) / ranks
  const items = workOfTables(tables, traffic, { batchSize, tables: optimizer, samples })
  const moved = bytesMoved(tables, optimizer, batchSize)
  const of = (wanted: WorkItem['phase'], bytes: number) => {
    const own = items.filter(({ phase }) => phase === wanted)
    const seconds = own.reduce((sum, { amounts }) => sum + machine.seconds(amounts, 'none'), 0)
    return Math.max(seconds, machine.secondsInMemory(bytes))
  }
  return {
    forward: of('forward', moved.forward),
    collect: of('backward', 0),
    update: of('update', moved.update),
  }
}

const CACHE_LINE_BYTES = 64
/** Optimizer state of a value of a row. */
const stateValues: Record<OptimizerKind, number> = { sgd: 0, adagrad: 1, rowWiseAdagrad: 0, adam: 2 }

/** Bytes between memory and processors: each row that a batch reads is read once, and updated with its state. */
function bytesMoved(
  tables: readonly LookedUpTable[],
  optimizer: OptimizerKind,
  batchSize: number,
): { forward: number; update: number } {
  let [forward, update] = [0, 0]
  for (const { rows, dimension, perSample } of tables) {
    // The expected number of distinct rows of uniform draws with replacement.
    const distinct = rows * -Math.expm1((-batchSize * perSample) / rows)
    const row = CACHE_LINE_BYTES * Math.ceil((FLOAT_BYTES * dimension) / CACHE_LINE_BYTES)
    const pooled = FLOAT_BYTES * batchSize * dimension
    forward += distinct * row + pooled
    update += 2 * distinct * row * (1 + stateValues[optimizer]) + pooled
  }
  return { forward, update }
}
