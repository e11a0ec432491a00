import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatDate,
  formatFlops,
  formatMetric,
  formatNumber,
  formatShare,
  formatSpeed,
  formatTime,
} from './units.ts'

describe('units', () => {
  it('shows counts exactly while they are short and with a prefix after that', () => {
    expect([0, 999, 9999, 12_345, 999_950, 1_200_000, 4.5e9].map(formatCount)).toEqual([
      '0',
      '999',
      '9,999',
      '12.3 k',
      '1 M',
      '1.2 M',
      '4.5 B',
    ])
    expect(formatExact(1_234_567)).toBe('1,234,567')
  })

  it('shows bytes and operations with decimal prefixes', () => {
    expect([12, 1500, 3.4e9].map(formatBytes)).toEqual(['12 B', '1.5 kB', '3.4 GB'])
    expect(formatFlops(54_300)).toBe('54.3 kFLOP')
  })

  it('shows durations in the two largest units', () => {
    expect([0, 840, 1500, 12_000, 200_000, 7_500_000, 273_600_000].map(formatDuration)).toEqual([
      '0 ms',
      '840 ms',
      '1.5 s',
      '12 s',
      '3 min 20 s',
      '2 h 5 min',
      '3 d 4 h',
    ])
    expect(formatDuration(59_999)).toBe('1 min')
  })

  it('keeps small metrics readable', () => {
    expect(formatMetric(0.78716)).toBe('0.7872')
    expect(formatMetric(0.0000123)).toBe('1.23e-5')
    expect(formatMetric(0)).toBe('0.0000')
    expect(formatMetric(Number.POSITIVE_INFINITY)).toBe('∞')
  })

  it('shows shares as percentages without hiding that there are some', () => {
    expect(formatShare(0.125)).toBe('12.5 %')
    expect(formatShare(0)).toBe('0 %')
    expect(formatShare(0.00001)).toBe('< 0.1 %')
  })

  it('shows a dash where there is no value', () => {
    expect([formatCount(null), formatBytes(undefined), formatMetric(Number.NaN), formatSpeed(0)]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ])
  })

  it('limits numbers to four significant digits', () => {
    expect([1 / 3, 12_345.6, 1e-9, 2e9].map(formatNumber)).toEqual(['0.3333', '12,346', '1.00e-9', '2.00e+9'])
  })

  it('says how long ago something was', () => {
    const now = Date.parse('2026-01-02T12:00:00Z')
    expect(formatAgo('2026-01-02T11:59:30Z', now)).toBe('just now')
    expect(formatAgo('2026-01-02T11:30:00Z', now)).toBe('30 min ago')
    expect(formatAgo('2026-01-02T09:00:00Z', now)).toBe('3 h ago')
    expect(formatAgo('2025-12-30T09:00:00Z', now)).toBe('3 d ago')
    expect(formatAgo('2025-11-05T12:00:00Z', now)).toBe('5 Nov 2025')
    expect(formatAgo('not a date', now)).toBe('–')
  })

  it('shows dates and times with one clock of 24 hours', () => {
    const evening = new Date(2026, 10, 3, 21, 5, 9).toISOString()
    const midnight = new Date(2026, 10, 3, 0, 0, 0).toISOString()
    expect([formatDate(evening), formatTime(evening)]).toEqual(['3 Nov 2026, 21:05', '21:05:09'])
    expect([formatDate(midnight), formatTime(midnight)]).toEqual(['3 Nov 2026, 00:00', '00:00:00'])
    expect([formatDate(null), formatTime('soon')]).toEqual(['–', '–'])
  })
})
