// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { listedRun } from '../../../test/helpers/listed-run.ts'
import { nextSort, rememberedSort, rememberSort, sortRuns } from './run-sort.ts'

const runs = [
  listedRun({ id: 'a', name: 'beta', testAuc: 0.7, durationMs: 9 }),
  listedRun({ id: 'b', name: 'Alpha', testAuc: null, durationMs: 10 }),
  listedRun({ id: 'c', name: 'gamma', testAuc: 0.8, durationMs: 9 }),
]
const order = (key: 'name' | 'testAuc' | 'duration', descending: boolean) =>
  sortRuns(runs, { key, descending })
    .map((run) => run.id)
    .join('')

describe('the order of runs', () => {
  it('is that of numbers, not of their digits, and keeps equals as they were', () => {
    expect(order('duration', false)).toBe('acb')
    expect(order('duration', true)).toBe('bac')
  })

  it('puts runs without a value last in both directions', () => {
    expect(order('testAuc', true)).toBe('cab')
    expect(order('testAuc', false)).toBe('acb')
  })

  it('does not depend on capital letters', () => {
    expect(order('name', false)).toBe('bac')
  })

  it('takes numbers in names for numbers', () => {
    const numbered = ['run 10', 'run 9'].map((name) => listedRun({ id: name, name }))
    expect(sortRuns(numbered, { key: 'name', descending: false })[0]?.name).toBe('run 9')
  })

  it('turns around at a second click, and begins with the largest of numbers', () => {
    expect(nextSort({ key: 'name', descending: false }, 'name')).toEqual({ key: 'name', descending: true })
    expect(nextSort({ key: 'name', descending: false }, 'best')).toEqual({ key: 'best', descending: true })
    expect(nextSort({ key: 'best', descending: true }, 'name')).toEqual({ key: 'name', descending: false })
  })
})

describe('the remembered order', () => {
  beforeEach(() => localStorage.clear())

  it('is newest first at the beginning and where something else was stored', () => {
    expect(rememberedSort()).toEqual({ key: 'created', descending: true })
    localStorage.setItem('runs.sort', 'nonsense up')
    expect(rememberedSort()).toEqual({ key: 'created', descending: true })
  })

  it('survives being stored', () => {
    rememberSort({ key: 'testAuc', descending: false })
    expect(rememberedSort()).toEqual({ key: 'testAuc', descending: false })
  })
})
