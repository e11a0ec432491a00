/** Formats numbers for people. Every function takes plain SI units and returns text. null and NaN give a dash. */

const DASH = '–'

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
/** All times have 24 hours, and months have their names, which nobody reads as days. */
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const exactClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', hourCycle: 'h23' })

type Maybe = number | null | undefined

function missing(value: Maybe): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value)
}

/** Writes three significant digits with the unit's prefix: 12, 1.23 k, 45.6 M. */
function scaled(value: number, base: number, prefixes: readonly string[]): [string, string] {
  let size = Math.abs(value)
  let index = 0
  while (size >= base * 0.9995 && index < prefixes.length - 1) {
    size /= base
    index++
  }
  const digits = index === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2
  const text = Number(size.toFixed(digits)).toString()
  return [value < 0 ? `-${text}` : text, prefixes[index] ?? '']
}

/** Writes numbers below ten thousand with separators, and larger ones as 12.3 k, 1.2 M, 3.4 B. */
export function formatCount(value: Maybe): string {
  if (missing(value)) return DASH
  if (Math.abs(value) < 10_000) return grouped.format(value)
  return scaled(value, 1000, ['', 'k', 'M', 'B', 'T']).join(' ')
}

/** Writes all digits: 100,000. */
export function formatExact(value: Maybe): string {
  return missing(value) ? DASH : grouped.format(value)
}

/** Writes decimal bytes: 512 B, 3.4 GB. */
export function formatBytes(bytes: Maybe): string {
  if (missing(bytes)) return DASH
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']).join(' ')
}

/** Writes floating-point operations: 5.4 kFLOP. */
export function formatFlops(flops: Maybe): string {
  if (missing(flops)) return DASH
  const [size, prefix] = scaled(flops, 1000, ['', 'k', 'M', 'G', 'T'])
  return `${size} ${prefix}FLOP`
}

/** Writes a duration: 840 ms, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function formatDuration(milliseconds: Maybe): string {
  if (missing(milliseconds) || !Number.isFinite(milliseconds)) return DASH
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's')
  const minutes = Math.round(whole / 60)
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** Writes a speed: 12.3 k samples/s. */
export function formatSpeed(samplesPerSecond: Maybe): string {
  return missing(samplesPerSecond) || samplesPerSecond <= 0
    ? DASH
    : `${formatCount(Math.round(samplesPerSecond))} samples/s`
}

/** Writes a metric's value with four decimals, or in scientific form if these would hide it. */
export function formatMetric(value: Maybe, digits = 4): string {
  if (missing(value)) return DASH
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  const size = Math.abs(value)
  return size !== 0 && (size < 10 ** -digits || size >= 1e6) ? value.toExponential(2) : value.toFixed(digits)
}

/** Writes a share from 0 to 1 as a percentage: 12.5 %. */
export function formatShare(share: Maybe, digits = 1): string {
  if (missing(share)) return DASH
  const percent = share * 100
  if (percent > 0 && percent < 10 ** -digits) return `< ${10 ** -digits} %`
  return `${Number(percent.toFixed(digits))} %`
}

/** Writes every value of a table's column with the same decimals, so that they align. */
export function formatPercent(share: Maybe, digits: number): string {
  return missing(share) ? DASH : `${(share * 100).toFixed(digits)} %`
}

/** Writes up to four significant digits, for axis ticks and column statistics. */
export function formatNumber(value: Maybe): string {
  if (missing(value)) return DASH
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
