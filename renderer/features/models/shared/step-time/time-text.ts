/** Writes times of steps and nodes. */
import { formatDuration } from '../../../../platform/units.ts'
import type { NodeTimes } from './use-step-time.ts'

/** Writes a time such as 17 µs, 0.42 ms, 12.3 ms or 1.2 s. */
export function formatMilliseconds(ms: number): string {
  if (ms >= 1000) return formatDuration(ms)
  return ms < 0.1 ? `${Number((ms * 1000).toPrecision(2))} µs` : `${Number(ms.toPrecision(3))} ms`
}

/** Sums the predicted and measured milliseconds of nodes. Returns null if they have no operations of their own. */
export function timeOfNodes(
  ids: readonly string[],
  { predicted, measured }: NodeTimes,
): { predicted: string; measured: string | null } | null {
  const known = ids.filter((id) => predicted.has(id) || measured?.has(id))
  if (known.length === 0) return null
  const sum = (of: ReadonlyMap<string, number>) => known.reduce((total, id) => total + (of.get(id) ?? 0), 0)
  return {
    predicted: `≈ ${formatMilliseconds(sum(predicted))}`,
    measured: measured && formatMilliseconds(sum(measured)),
  }
}

/** Writes a node's measured time with the prediction in brackets, or the prediction alone. */
export function nodeTimeText(ids: readonly string[], times: NodeTimes): string {
  const time = timeOfNodes(ids, times)
  if (!time) return 'no time of its own'
  return time.measured ? `${time.measured} (${time.predicted})` : time.predicted
}
