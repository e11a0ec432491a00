/** Writes the third line of a box: what the node takes in memory, in work, or in time. */
import type { ModelCheck, NodeReport } from '../../../../../main/model/check.ts'
import type { OptimizerKind } from '../../../../../main/model/costs.ts'
import { formatBytes, formatFlops } from '../../../../platform/units.ts'
import { sizeText } from './describe-node.ts'
import { totalOf } from './node-facts.ts'
import { nodeTimeText } from '../step-time/time-text.ts'
import type { NodeTimes } from '../step-time/use-step-time.ts'

export interface BoxTexts {
  /** Memory is what training takes, with the optimizer's state. Work is that of one sample in training. */
  shows: 'memory' | 'work' | 'times'
  optimizer: OptimizerKind
  times: NodeTimes | null
}

/** Returns a function that gives the text for all nodes of a box together. */
export function boxTexts(
  { nodes }: ModelCheck,
  { shows, optimizer, times }: BoxTexts,
): (ids: readonly string[]) => string {
  const reports = new Map(nodes.map((report) => [report.id, report]))
  return (ids) => {
    if (shows === 'times' && times) return nodeTimeText(ids, times)
    const known = ids.flatMap((id) => reports.get(id) ?? [])
    return shows === 'work' ? workText(known) : memoryText(known, optimizer)
  }
}

function memoryText(reports: readonly NodeReport[], optimizer: OptimizerKind): string {
  const parameters = totalOf(reports, (report) => report.parameters)
  return sizeText({ parameters, bytes: totalOf(reports, ({ bytes }) => bytes?.[optimizer]) })
}

function workText(reports: readonly NodeReport[]): string {
  const flops = totalOf(reports, ({ costs }) => costs?.flops.training)
  const moved = totalOf(reports, ({ costs }) => costs?.bytesMoved.training)
  return flops === null ? 'work unknown' : `${formatFlops(flops)} · ${formatBytes(moved)} moved`
}
