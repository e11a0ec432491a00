// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { nextSort, rememberedSort, rememberSort } from './run-sort.ts'

describe('the order of runs', () => {
  it('turns around at a second click, and begins with the largest of numbers', () => {
    expect(nextSort({ column: 'name', descending: false }, 'name')).toEqual({
      column: 'name',
      descending: true,
    })
    expect(nextSort({ column: 'name', descending: false }, 'best')).toEqual({
      column: 'best',
      descending: true,
    })
    expect(nextSort({ column: 'best', descending: true }, 'name')).toEqual({
      column: 'name',
      descending: false,
    })
  })
})

describe('the remembered order', () => {
  beforeEach(() => localStorage.clear())

  it('is newest first at the beginning and where something else was stored', () => {
    expect(rememberedSort()).toEqual({ column: 'created', descending: true })
    localStorage.setItem('runs.sort', 'nonsense up')
    expect(rememberedSort()).toEqual({ column: 'created', descending: true })
  })

  it('survives being stored', () => {
    rememberSort({ column: 'testAuc', descending: false })
    expect(rememberedSort()).toEqual({ column: 'testAuc', descending: false })
  })
})
