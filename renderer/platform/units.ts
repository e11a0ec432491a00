/**
 * Formats numbers for people, as they chose in Settings. Every function takes plain SI units and returns text. null and NaN
 * give a dash.
 */
import * as quantities from '../../main/contract/quantities.ts'
import { DASH, isMissing, scaled, type Maybe } from '../../main/contract/quantities.ts'
import { dayText, minuteText, secondText, withChosenSigns } from './formats.ts'

/** Writes decimal bytes: 512 B, 3.4 GB. */
export const formatBytes = (bytes: Maybe): string => withChosenSigns(quantities.formatBytes(bytes))
/** Writes a duration: 840 ms, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export const formatDuration = (milliseconds: Maybe): string =>
  withChosenSigns(quantities.formatDuration(milliseconds))
/** Writes a share from 0 to 1 as a percentage with as many decimals as the others of its table: 12.5 %. */
export const formatPercent = (share: Maybe, digits = 1): string =>
  withChosenSigns(quantities.formatPercent(share, digits))
/** Writes a number with this many decimals: 0.0420. */
export const formatFixed = (value: Maybe, digits: number): string =>
  isMissing(value) ? DASH : withChosenSigns(value.toFixed(digits))

const english = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const grouped = (value: number): string => withChosenSigns(english.format(value))

/** Writes numbers below ten thousand with separators, and larger ones as 12.3 k, 1.2 M, 3.4 B. */
export function formatCount(value: Maybe): string {
  if (isMissing(value)) return DASH
  if (Math.abs(value) < 10_000) return grouped(value)
  return withChosenSigns(scaled(value, ['', 'k', 'M', 'B', 'T']).join(' '))
}

/** Writes all digits: 100,000. */
export function formatExact(value: Maybe): string {
  return isMissing(value) ? DASH : grouped(value)
}

/** Writes floating-point operations: 5.4 kFLOP. */
export function formatFlops(flops: Maybe): string {
  if (isMissing(flops)) return DASH
  const [size, prefix] = scaled(flops, ['', 'k', 'M', 'G', 'T'])
  return `${withChosenSigns(size)} ${prefix}FLOP`
}

/** Writes a speed: 12.3 k samples/s. */
export function formatSpeed(samplesPerSecond: Maybe): string {
  return isMissing(samplesPerSecond) || samplesPerSecond <= 0
    ? DASH
    : `${formatCount(Math.round(samplesPerSecond))} samples/s`
}

/** Writes a metric's value with four decimals, or in scientific form if these would hide it. */
export function formatMetric(value: Maybe, digits = 4): string {
  if (isMissing(value)) return DASH
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  const size = Math.abs(value)
  const scientific = size !== 0 && (size < 10 ** -digits || size >= 1e6)
  return withChosenSigns(scientific ? value.toExponential(2) : value.toFixed(digits))
}

/** Writes a share from 0 to 1 as a percentage: 12.5 %. */
export function formatShare(share: Maybe, digits = 1): string {
  if (isMissing(share)) return DASH
  const percent = share * 100
  if (percent > 0 && percent < 10 ** -digits) return withChosenSigns(`< ${10 ** -digits} %`)
  return withChosenSigns(`${Number(percent.toFixed(digits))} %`)
}

/** Writes up to four significant digits, for axis ticks and column statistics. */
export function formatNumber(value: Maybe): string {
  if (isMissing(value)) return DASH
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return withChosenSigns(value.toExponential(2))
  return size >= 10_000 ? grouped(value) : withChosenSigns(Number(value.toPrecision(4)).toString())
}

function parsed(iso: string | null): number | null {
  const time = iso === null ? Number.NaN : Date.parse(iso)
  return Number.isNaN(time) ? null : time
}

/** Writes an ISO time as local date and time: 30 Nov 2026, 14:05. */
export function formatDate(iso: string | null): string {
  const time = parsed(iso)
  return time === null ? DASH : `${dayText(time)}, ${minuteText(time)}`
}

/** Writes an ISO time as the local time of day to the second: 14:05:09. */
export function formatTime(iso: string | null): string {
  const time = parsed(iso)
  return time === null ? DASH : secondText(time)
}

const steps: [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
]

/** Writes an ISO time of the last week relative to now (5 min ago, 3 d ago), and any other as its date. */
export function formatAgo(iso: string | null, now = Date.now()): string {
  const time = parsed(iso)
  if (time === null) return DASH
  const seconds = (now - time) / 1000
  if (seconds < 60) return 'just now'
  if (seconds > 7 * 86_400) return dayText(time)
  for (const [unit, size] of steps) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`
  }
  return dayText(time)
}
