import { afterEach, describe, expect, it } from 'vitest'
import { defaultPersonSettings } from '../../main/contract/settings.ts'
import { formats, systemLocale, type Formats } from './formats.ts'
import { parseNumber, plainNumber } from './number-text.ts'
import { formatBytes, formatDate, formatExact, formatMetric, formatTime } from './units.ts'

const choose = (chosen: Partial<Formats>) => (formats.value = { ...defaultPersonSettings, ...chosen })
afterEach(() => {
  formats.value = defaultPersonSettings
  systemLocale.value = undefined
})

const EVENING = new Date(2026, 10, 3, 21, 5, 9).toISOString()

describe('the chosen formats', () => {
  it('write numbers with the chosen signs', () => {
    choose({ decimal: 'comma' })
    expect([formatExact(1_234_567), formatMetric(0.7872), formatBytes(1500)]).toEqual([
      '1.234.567',
      '0,7872',
      '1,5 kB',
    ])
    choose({ decimal: 'point', thousands: 'space' })
    expect(formatExact(1_234_567)).toBe('1\u202F234\u202F567')
    choose({ decimal: 'comma', thousands: 'none' })
    expect(formatExact(1_234_567)).toBe('1234567')
    systemLocale.value = 'de-DE'
    choose({ decimal: 'system' })
    expect([formatExact(1_234_567), formatMetric(0.5)]).toEqual(['1.234.567', '0,5000'])
  })

  it('write dates and times as chosen', () => {
    choose({ dates: 'iso', clock: '12h' })
    expect([formatDate(EVENING), formatTime(EVENING).replace('\u202F', ' ')]).toEqual([
      expect.stringMatching(/^2026-11-03, 9:05\sPM$/),
      '9:05:09 PM',
    ])
    systemLocale.value = 'de-AT'
    choose({ dates: 'system', clock: 'system' })
    expect(formatDate(EVENING)).toBe('03.11.2026, 21:05')
  })

  it('read numbers back as they are written, and a decimal point that was typed out of habit', () => {
    choose({ decimal: 'comma' })
    expect(plainNumber(0.003)).toBe('0,003')
    for (const [typed, value] of [
      ['0,003', 0.003],
      ['0.003', 0.003],
      ['1e-3', 0.001],
      ['1.234.567,5', 1_234_567.5],
      ['2.048', 2048],
      ['1.5', 1.5],
    ] as const)
      expect(parseNumber(typed, {})).toEqual({ value })
    expect(parseNumber('1,2,3', {})).toHaveProperty('problem')
    choose({ thousands: 'space' })
    expect(parseNumber('12 345.5', {})).toEqual({ value: 12_345.5 })
  })
})
