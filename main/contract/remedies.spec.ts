import { expect, it } from 'vitest'
import { remedyOf, remedyOption, remedyText, withRemedies } from './remedies.ts'
import type { RejectedGroup } from './rejected-rows.ts'

const group = (change: Partial<RejectedGroup>): RejectedGroup => ({
  column: 'age',
  reason: '… is not a number',
  count: 3,
  values: [
    { value: 'N/A', count: 2 },
    { value: "it's", count: 1 },
  ],
  distinct: 2,
  first: { file: 'a.csv', row: 2, column: 'age', reason: '"N/A" is not a number' },
  ...change,
})

it('treats the few texts of a column of numbers as missing, in words and as an option for a shell', () => {
  const remedy = remedyOf(group({}))
  expect(remedy).toEqual({ kind: 'missing', column: 'age', values: ['N/A', "it's"] })
  expect(remedyText(remedy!)).toBe('Treat "N/A" and "it\'s" as missing')
  expect(remedyOption(remedy!)).toBe(`--missing-in 'age=N/A,it'\\''s'`)
})

it('offers nothing for texts that are values: numbers with units, many words, and other faults', () => {
  expect(remedyOf(group({ values: [{ value: '12 km', count: 3 }], distinct: 1 }))).toBeNull()
  expect(remedyOf(group({ count: 400, distinct: 300 }))).toBeNull()
  expect(remedyOf(group({ count: 4 }))).toBeNull()
  expect(remedyOf(group({ reason: 'label is …; it must be 0 or 1' }))).toBeNull()
  expect(
    remedyOf(group({ column: null, reason: 'the row has 3 fields; 4 are expected', values: [] })),
  ).toBeNull()
})

it('adds remedies to what a request has already', () => {
  const request = { missingIn: { age: ['x'] }, reading: { header: true } }
  const changed = withRemedies<Parameters<typeof withRemedies>[0]>(request, [
    { kind: 'missing', column: 'age', values: ['x', 'y'] },
    { kind: 'missing', column: 'price', values: ['free'] },
    { kind: 'latin1' },
  ])
  expect(changed).toEqual({
    missingIn: { age: ['x', 'y'], price: ['free'] },
    reading: { header: true, encoding: 'latin1' },
  })
  expect(request).toEqual({ missingIn: { age: ['x'] }, reading: { header: true } })
})
