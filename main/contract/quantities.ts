/**
 * Writes sizes, times and shares for people, alike in the window, in messages and on the command line. null and NaN give
 * a dash.
 */

export const DASH = '–'

export type Maybe = number | null | undefined

export function isMissing(value: Maybe): value is null | undefined {
  return value === null || value === undefined || Number.isNaN(value)
}

/** Writes three significant digits with the unit's prefix: 12, 1.23 k, 45.6 M. */
export function scaled(value: number, prefixes: readonly string[]): [string, string] {
  let size = Math.abs(value)
  let index = 0
  while (size >= 999.5 && index < prefixes.length - 1) {
    size /= 1000
    index++
  }
  const digits = index === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2
  const text = Number(size.toFixed(digits)).toString()
  return [value < 0 ? `-${text}` : text, prefixes[index] ?? '']
}

/** Writes decimal bytes: 512 B, 3.4 GB. */
export function formatBytes(bytes: Maybe): string {
  if (isMissing(bytes)) return DASH
  return scaled(bytes, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']).join(' ')
}

/** Writes a duration: 840 ms, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function formatDuration(milliseconds: Maybe): string {
  if (isMissing(milliseconds) || !Number.isFinite(milliseconds)) return DASH
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

/** Writes a share from 0 to 1 as a percentage with as many decimals as the others of its table: 12.5 %. */
export function formatPercent(share: Maybe, digits = 1): string {
  return isMissing(share) ? DASH : `${(share * 100).toFixed(digits)} %`
}
