import { expect, it } from 'vitest'
import { chartCsv } from './chart-export.ts'
import type { Curve } from './curves.ts'

const curve = (label: string, xs: number[], ys: number[]): Curve => ({
  key: label,
  label,
  color: '#000',
  xs,
  ys,
})

it('writes a row for each step that any curve has a point at, and leaves the fields of the others empty', () => {
  expect(
    chartCsv([curve('Training', [10, 20, 30], [0.7, 0.6, 0.5]), curve('Test', [5, 20], [0.8, 0.65])], 'step'),
  ).toBe('step,Training,Test\n5,,0.8\n10,0.7,\n20,0.6,0.65\n30,0.5,\n')
})

it('quotes the names that would be read as several fields or rows', () => {
  const named = [curve('DLRM, "wide"', [1], [2]), curve('two\nlines', [1], [3])]
  expect(chartCsv(named, 'time')).toBe('milliseconds,"DLRM, ""wide""","two\nlines"\n1,2,3\n')
})

it('writes no name that a spreadsheet would run', () => {
  const named = [curve('=HYPERLINK("//x")', [1], [2]), curve('-0.5', [1], [-3])]
  expect(chartCsv(named, 'step')).toBe('step,"\'=HYPERLINK(""//x"")",-0.5\n1,2,-3\n')
})
