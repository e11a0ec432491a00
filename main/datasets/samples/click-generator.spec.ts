import { describe, expect, it } from 'vitest'
import { looksLikeCriteo } from '../sniffing/criteo.ts'
import { splitRecords } from '../sniffing/records.ts'
import { CeilingAuc } from './ceiling-auc.ts'
import { ClickGenerator } from './click-generator.ts'

async function take(seed: number, rows: number) {
  const generator = await ClickGenerator.create(seed)
  return Array.from({ length: rows }, () => generator.next())
}

describe('ClickGenerator', () => {
  it('makes rows in Criteo’s shape', async () => {
    const text = (await take(0, 50)).map((row) => row.line).join('\n')
    const records = splitRecords(text, { delimiter: '\t', quotes: 'none' }, 100)
    expect(records.every((record) => looksLikeCriteo([record]))).toBe(true)
  })

  it('is a function of its seed', async () => {
    expect(await take(7, 20)).toEqual(await take(7, 20))
    expect(await take(7, 20)).not.toEqual(await take(8, 20))
  })

  it('clicks a quarter of the time, on a signal worth learning', async () => {
    const ceiling = new CeilingAuc()
    const rows = await take(0, 20_000)
    for (const { probability, label } of rows) ceiling.add(probability, label)
    const rate = rows.filter((row) => row.label === 1).length / rows.length
    expect(Math.abs(rate - 0.25)).toBeLessThan(0.03)
    expect(ceiling.value()).toBeGreaterThan(0.76)
    expect(ceiling.value()).toBeLessThan(0.83)
  })

  it('draws ids with a heavy head and a long tail', async () => {
    const counts = new Map<string, number>()
    for (const { line } of await take(0, 20_000)) {
      const value = line.split('\t')[16] ?? ''
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    expect(Math.max(...counts.values())).toBeGreaterThan(500)
    expect(counts.size).toBeGreaterThan(5000)
  })
})
