import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { previewFile } from './preview.ts'

const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 1, 27, 22, 15)
const ROWS = 80

/** A file of clicks with one more column, which has these values in turn. */
async function columnOf(name: string, value: (moment: Date, at: number) => string) {
  const rows = Array.from({ length: ROWS }, (_, at) => {
    const moment = new Date(START_MS + at * DAY_MS * 0.7)
    return `${at % 2},${['red', 'blue'][at % 2]},"${value(moment, at)}"`
  })
  const file = join(await temporaryFolder(), 'clicks.csv')
  await writeFile(file, [`click,colour,${name}`, ...rows].join('\n'))
  const preview = await previewFile({ file, format: 'auto' })
  return { column: preview.columns[2], preview }
}

const padded = (value: number) => String(value).padStart(2, '0')
const day = (moment: Date) => padded(moment.getUTCDate())
const month = (moment: Date) => padded(moment.getUTCMonth() + 1)

describe('a column of times', () => {
  it.each<[string, string, (moment: Date) => string]>([
    ['when', 'iso', (moment) => moment.toISOString()],
    ['x', 'iso', (moment) => moment.toISOString().slice(0, 10)],
    ['x', 'iso', (moment) => moment.toISOString().slice(0, 19).replace('T', ' ')],
    ['x', 'iso', (moment) => moment.toISOString().slice(0, 10).replaceAll('-', '/')],
    ['x', 'iso', (moment) => `${moment.toISOString().slice(0, 19)}+02:00`],
    ['x', 'dayFirst', (moment) => `${day(moment)}.${month(moment)}.2026`],
    ['x', 'dayFirst', (moment) => `${day(moment)}/${month(moment)}/2026 10:00`],
    ['x', 'monthFirst', (moment) => `${month(moment)}/${day(moment)}/2026`],
    ['x', 'monthName', (moment) => moment.toUTCString()],
    ['date', 'compact', (moment) => moment.toISOString().slice(0, 10).replaceAll('-', '')],
    ['hour', 'compactHour', (moment) => `26${month(moment)}${day(moment)}${padded(moment.getUTCHours())}`],
    ['timestamp', 'seconds', (moment) => String(moment.getTime() / 1000)],
    ['event_time', 'milliseconds', (moment) => String(moment.getTime())],
    ['createdAt', 'microseconds', (moment) => `${moment.getTime()}000`],
    ['ts', 'nanoseconds', (moment) => `${moment.getTime()}000000`],
    ['no_such_name', 'milliseconds', (moment) => String(moment.getTime())],
  ])('%s is recognised as %s', async (name, timeFormat, value) => {
    const { column } = await columnOf(name, value)
    expect(column).toMatchObject({ role: 'time', timeFormat, times: timeFormat })
    expect(column?.guessedBecause).toMatch(/its values/)
  })

  it('is found among mistakes and missing values', async () => {
    const { column } = await columnOf('when', (moment, at) =>
      at === 7 ? 'soon' : at % 5 === 0 ? 'NA' : moment.toISOString(),
    )
    expect(column).toMatchObject({ role: 'time', timeFormat: 'iso', missingShare: 0.2 })
  })

  it('whose dates fit both orders is pointed out', async () => {
    const { column, preview } = await columnOf('x', (_, at) => `0${1 + (at % 9)}/0${1 + (at % 5)}/2026`)
    expect(column).toMatchObject({ role: 'time', timeFormat: 'monthFirst' })
    expect(preview.recognised).toBe(false)
    expect(preview.notes.join()).toContain('read with the month first')
  })

  it('is not made of ids, amounts or texts', async () => {
    const ids = await columnOf('x', (_, at) => String(1_500_000_000 + ((at * 7919) % 1000)))
    expect(ids.column).toMatchObject({ role: 'dense', times: 'seconds' })
    const seconds = await columnOf('reading_seconds', (_, at) => String((at * 7) % 40))
    expect(seconds.column).toMatchObject({ role: 'dense', times: 'number' })
    const texts = await columnOf('x', (_, at) => ['may', 'june'][at % 2] ?? '')
    expect(texts.column?.role).toBe('sparse')
    expect(texts.column).not.toHaveProperty('times')
  })

  it('may have any numbers if its name says that they are times', async () => {
    const { column } = await columnOf('timestamp', (_, at) => String(at * 10))
    expect(column).toMatchObject({ role: 'time', timeFormat: 'number' })
  })
})
