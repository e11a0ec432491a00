/** Sums what nodes take together: memory, the work of a sample, and their share of a step's time. */
import type { ModelCheck, NodeReport } from '../../../../../main/model/check.ts'
import type { OptimizerKind } from '../../../../../main/model/costs.ts'
import { formatBytes, formatExact, formatFlops } from '../../../../platform/units.ts'
import { timeOfNodes } from '../step-time/time-text.ts'
import type { NodeTimes } from '../step-time/use-step-time.ts'

interface Subject {
  ids: readonly string[]
  check: ModelCheck
  /** The bytes to train include its state. */
  optimizer: OptimizerKind
  times: NodeTimes | null
}

/** Returns null if the value is not known for one of them. */
export function totalOf(
  reports: readonly NodeReport[],
  of: (report: NodeReport) => number | null | undefined,
): number | null {
  const values = reports.map(of)
  return values.some((value) => value === null || value === undefined)
    ? null
    : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

export function costFacts({ ids, check, optimizer, times }: Subject): { name: string; value: string }[] {
  const wanted = new Set(ids)
  const reports = check.nodes.filter(({ id }) => wanted.has(id))
  const total = (of: (report: NodeReport) => number | null | undefined) => totalOf(reports, of)
  const time = times && timeOfNodes(ids, times)
  return [
    { name: 'Parameters', value: formatExact(total((report) => report.parameters)) },
    { name: 'To serve', value: formatBytes(total((report) => report.bytes?.sgd)) },
    { name: 'To train', value: formatBytes(total((report) => report.bytes?.[optimizer])) },
    { name: 'FLOPs forward', value: formatFlops(total((report) => report.costs?.flops.forward)) },
    { name: 'FLOPs training', value: formatFlops(total((report) => report.costs?.flops.training)) },
    { name: 'Bytes moved', value: formatBytes(total((report) => report.costs?.bytesMoved.training)) },
    ...(time ? [{ name: 'Predicted time', value: time.predicted }] : []),
    ...(time?.measured ? [{ name: 'Measured time', value: time.measured }] : []),
  ]
}
