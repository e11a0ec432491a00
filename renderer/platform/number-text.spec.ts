import { expect, it } from 'vitest'
import { parseNumber } from './number-text.ts'

it.each([
  ['1e-3', {}, 0.001],
  [' 42 ', { integer: true }, 42],
  ['2,048', { integer: true, minimum: 1, maximum: 4096 }, 2048],
  ['-1,234,567.5', {}, -1_234_567.5],
])('reads %j as people type it', (text, limits, value) => {
  expect(parseNumber(text, limits)).toEqual({ value })
})

it.each([
  ['x', {}, 'Enter a number, e.g. 0.003 or 1e-3.'],
  ['1,2', {}, 'Enter a number, e.g. 0.003 or 1e-3.'],
  ['', { integer: true }, 'Enter a whole number, e.g. 16.'],
  ['0', { above: 0, maximum: 1000 }, 'Enter a number above 0 and at most 1,000.'],
  ['1', { minimum: 0, below: 1 }, 'Enter a number of 0 or more and below 1.'],
  ['0', { integer: true, minimum: 1, maximum: 2 ** 24 }, 'Enter a whole number from 1 to 16,777,216.'],
  ['1.5', { integer: true, minimum: 0 }, 'Enter a whole number of 0 or more.'],
])('says of %j which numbers are allowed', (text, limits, problem) => {
  expect(parseNumber(text, limits)).toEqual({ problem })
})
