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
 * was predicted for them, or the same share where nothing was.
 */
export function measuredByNode(
  work: readonly WorkItem[],
  unitTimes: UnitTimes,
  operations: readonly MeasuredOperation[],
): Map<string, number> {
  const lines = Map.groupBy(work, lineOf)
  const nodes = new Map<string, number>()
  for (const operation of operations) {
    const items = lines.get(lineOf(operation)) ?? []
    const times = items.map(({ amounts }) => timeOf(amounts, unitTimes))
    const whole = times.reduce((sum, ms) => sum + ms, 0)
    items.forEach(({ node }, place) => {
      if (node === null) return
      const share = whole > 0 ? (times[place] ?? 0) / whole : 1 / items.length
      nodes.set(node, (nodes.get(node) ?? 0) + share * operation.ms)
    })
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
