/** Predicts how long a training step takes on a machine, and attributes a measured step's time to nodes. */
import { timeOf, type UnitTimes } from './fit.ts'
import type { WorkItem } from './work.ts'

export interface StepTime {
  /** For the whole step. */
  ms: number
  /** By the id of the document's node. Work that belongs to no single node is left out. */
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

/** An entry of a profile: the mean milliseconds that an operation takes in a step. */
export interface MeasuredOperation {
  name: string
  phase: string
  ms: number
}

/** The key of the profile entry that has the measurement of a name and phase. */
export const entryKey = ({ name, phase }: { name: string; phase: string }) => `${phase} ${name}`

/**
 * Measured milliseconds by node. If one entry stands for several nodes, as for all tables, its time is divided
 * among them in proportion to their predicted times, or equally if nothing was predicted.
 */
export function measuredByNode(
  work: readonly WorkItem[],
  unitTimes: UnitTimes,
  operations: readonly MeasuredOperation[],
): Map<string, number> {
  const entries = Map.groupBy(work, entryKey)
  const nodes = new Map<string, number>()
  for (const operation of operations) {
    const items = entries.get(entryKey(operation)) ?? []
    const times = items.map(({ amounts }) => timeOf(amounts, unitTimes))
    const whole = times.reduce((sum, ms) => sum + ms, 0)
    items.forEach(({ node }, index) => {
      if (node === null) return
      const share = whole > 0 ? (times[index] ?? 0) / whole : 1 / items.length
      nodes.set(node, (nodes.get(node) ?? 0) + share * operation.ms)
    })
  }
  return nodes
}

/** The work of each profile entry, which a fit compares with the measured times. */
export function workByEntry(work: readonly WorkItem[]): Map<string, WorkItem['amounts']> {
  const entries = new Map<string, WorkItem['amounts']>()
  for (const item of work) {
    const sum = entries.get(entryKey(item)) ?? {}
    for (const [kind, amount] of Object.entries(item.amounts)) sum[kind] = (sum[kind] ?? 0) + amount
    entries.set(entryKey(item), sum)
  }
  return entries
}
