/** Formats numbers for people. Every function takes plain SI units and returns text. null and NaN give a dash. */
import { DASH, isMissing, scaled, type Maybe } from '../../main/contract/quantities.ts'

export { formatBytes, formatDuration, formatPercent } from '../../main/contract/quantities.ts'

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
/** All times have 24 hours, and months have their names, which nobody reads as days. */
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const exactClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', hourCycle: 'h23' })

/** Writes numbers below ten thousand with separators, and larger ones as 12.3 k, 1.2 M, 3.4 B. */
export function formatCount(value: Maybe): string {
  if (isMissing(value)) return DASH
  if (Math.abs(value) < 10_000) return grouped.format(value)
  return scaled(value, ['', 'k', 'M', 'B', 'T']).join(' ')
}

/** Writes all digits: 100,000. */
export function formatExact(value: Maybe): string {
  return isMissing(value) ? DASH : grouped.format(value)
}

/** Writes floating-point operations: 5.4 kFLOP. */
export function formatFlops(flops: Maybe): string {
  if (isMissing(flops)) return DASH
  const [size, prefix] = scaled(flops, ['', 'k', 'M', 'G', 'T'])
  return `${size} ${prefix}FLOP`
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
  return size !== 0 && (size < 10 ** -digits || size >= 1e6) ? value.toExponential(2) : value.toFixed(digits)
}

/** Writes a share from 0 to 1 as a percentage: 12.5 %. */
export function formatShare(share: Maybe, digits = 1): string {
  if (isMissing(share)) return DASH
  const percent = share * 100
  if (percent > 0 && percent < 10 ** -digits) return `< ${10 ** -digits} %`
  return `${Number(percent.toFixed(digits))} %`
}

/** Writes up to four significant digits, for axis ticks and column statistics. */
export function formatNumber(value: Maybe): string {
  if (isMissing(value)) return DASH
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2)
  return size >= 10_000 ? grouped.format(value) : Number(value.toPrecision(4)).toString()
}

function parsed(iso: string | null): number | null {
  const time = iso === null ? Number.NaN : Date.parse(iso)
  return Number.isNaN(time) ? null : time
}

/** Writes an ISO time as local date and time: 30 Nov 2026, 14:05. */
export function formatDate(iso: string | null): string {
  const time = parsed(iso)
  return time === null ? DASH : `${date.format(time)}, ${clock.format(time)}`
}

/** Writes an ISO time as the local time of day to the second: 14:05:09. */
export function formatTime(iso: string | null): string {
  const time = parsed(iso)
  return time === null ? DASH : exactClock.format(time)
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
  if (seconds > 7 * 86_400) return date.format(time)
  for (const [unit, size] of steps) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`
  }
  return date.format(time)
}
