/** Defines the x axes that a run's curves can be drawn over. */
import { formatCount, formatDuration, formatExact, formatNumber } from '../platform/units.ts'
import type { SeriesBuffer } from './series-buffer.ts'

export const xModes = ['step', 'epoch', 'time'] as const
export type XMode = (typeof xModes)[number]

export const xLabels: Record<XMode, string> = { step: 'Step', epoch: 'Epoch', time: 'Time' }

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The distances of ticks on axes that are easier to read with others than powers of ten. */
export const timeSteps = [
  ...[10, 50, 100, 500].map((step) => step),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MINUTE),
  ...[1, 2, 6, 12, 24, 48, 168, 720].map((step) => step * HOUR),
]

/** From here on, steps have too many digits for an axis. */
const MIN_SHORTENED = 1_000_000

export function formatX(mode: XMode, x: number): string {
  if (mode === 'time') return formatDuration(x)
  if (mode === 'epoch') return formatNumber(Math.round(x * 100) / 100)
  // One axis should not mix 5,000 and 10 k.
  return x < MIN_SHORTENED ? formatExact(x) : formatCount(x)
}

/** Gives the x values of a series. An epoch has `stepsPerEpoch` steps. */
export function xsOf(series: SeriesBuffer, mode: XMode, stepsPerEpoch: number | null): readonly number[] {
  if (mode === 'time') return series.elapsedMs
  if (mode === 'step' || stepsPerEpoch === null) return series.steps
  return series.steps.map((step) => step / stepsPerEpoch)
}

/** Finds the steps of an epoch in a series with a point at each epoch's end. Returns null before the first. */
export function stepsPerEpoch(evaluations: SeriesBuffer): number | null {
  const last = evaluations.length - 1
  return last < 0 ? null : evaluations.steps[last]! / evaluations.epochs[last]!
}
