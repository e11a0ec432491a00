/** How long a training step takes on a machine, before it runs; and which node a measured step's time belongs to. */
import { timeOf, type UnitTimes } from './fit.ts'
import type { WorkItem } from './work.ts'

export interface StepTime {
  /** Of the whole step. */
  ms: number
  /** By the id of the document's node; what is done for no node in particular is not among them. */
  nodes: Map<string, number>
}

export function predictStep(work: readonly WorkItem[], unitTimes: UnitTimes): StepTime {
  const nodes = new Map<string, number>()
  let total = 0
  for (const { node, amounts } of work) {
    const ms = timeOf(amounts, unitTimes)
    total += ms
    if (node !== null) nodes.set(node, (nodes.get(node) ?? 0) + ms)
  }
  return { ms: total, nodes }
}

/** A line of a profile: mean milliseconds of a step. */
export interface MeasuredOperation {
  name: string
  phase: string
  ms: number
}

const lineOf = ({ name, phase }: { name: string; phase: string }) => `${phase} ${name}`

/**
 * Measured milliseconds by node. Where one line stands for several nodes, as for all tables, each has its share of what
 * was predicted for them.
 */
export function measuredByNode(
  work: readonly WorkItem[],
  unitTimes: UnitTimes,
  operations: readonly MeasuredOperation[],
): Map<string, number> {
  const predicted = new Map<string, number>()
  for (const item of work)
    predicted.set(lineOf(item), (predicted.get(lineOf(item)) ?? 0) + timeOf(item.amounts, unitTimes))
  const measured = new Map(operations.map((operation) => [lineOf(operation), operation.ms]))
  const nodes = new Map<string, number>()
  for (const item of work) {
    const whole = predicted.get(lineOf(item)) ?? 0
    const ms = measured.get(lineOf(item))
    if (item.node === null || ms === undefined || whole === 0) continue
    const share = timeOf(item.amounts, unitTimes) / whole
    nodes.set(item.node, (nodes.get(item.node) ?? 0) + share * ms)
  }
  return nodes
}

/** Work by line, as a profile measures it: what a fit takes. */
export function workByLine(work: readonly WorkItem[]): Map<string, WorkItem['amounts']> {
  const lines = new Map<string, WorkItem['amounts']>()
  for (const item of work) {
    const sum = lines.get(lineOf(item)) ?? {}
    for (const [kind, amount] of Object.entries(item.amounts)) sum[kind] = (sum[kind] ?? 0) + amount
    lines.set(lineOf(item), sum)
  }
  return lines
}

/** The line under which a measurement of a name and phase is to be found. */
export { lineOf }
