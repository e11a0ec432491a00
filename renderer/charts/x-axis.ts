/** What a run's curves are drawn over. */
import { formatCount, formatDuration, formatExact, formatNumber } from '../platform/units.ts'
import type { SeriesBuffer } from './series-buffer.ts'

export const xModes = ['step', 'epoch', 'time'] as const
export type XMode = (typeof xModes)[number]

export const xLabels: Record<XMode, string> = { step: 'Step', epoch: 'Epoch', time: 'Time' }

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Distances of ticks, where other ones than powers of ten are read more easily. */
export const timeSteps = [
  ...[10, 50, 100, 500].map((step) => step),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MINUTE),
  ...[1, 2, 6, 12, 24, 48, 168, 720].map((step) => step * HOUR),
]

/** Steps from here on have too many digits for an axis. */
const MOST_DIGITS = 1_000_000

export function formatX(mode: XMode, x: number): string {
  if (mode === 'time') return formatDuration(x)
  if (mode === 'epoch') return formatNumber(Math.round(x * 100) / 100)
  // 5,000 and 10 k on one axis would be two ways of writing.
  return x < MOST_DIGITS ? formatExact(x) : formatCount(x)
}

/** The x values of a series; an epoch is one pass over the training rows, which stepsPerEpoch steps make. */
export function xsOf(series: SeriesBuffer, mode: XMode, stepsPerEpoch: number | null): readonly number[] {
  if (mode === 'time') return series.elapsedMs
  if (mode === 'step' || stepsPerEpoch === null) return series.steps
  return series.steps.map((step) => step / stepsPerEpoch)
}

/** From a series with a point at each epoch's end; null before the first. */
export function stepsPerEpoch(evaluations: SeriesBuffer): number | null {
  const last = evaluations.length - 1
  return last < 0 ? null : evaluations.steps[last]! / evaluations.epochs[last]!
}
