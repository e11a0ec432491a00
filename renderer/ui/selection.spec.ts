import { describe, expect, it } from 'vitest'
import { shallowRef } from 'vue'
import { useSelection } from './selection.ts'

function selection() {
  const shown = shallowRef(['a', 'b', 'c', 'd'].map((id) => ({ id })))
  const picked = useSelection(shown)
  const ids = () => picked.items.value.map((item) => item.id).join('')
  return { shown, picked, ids }
}

describe('picked rows', () => {
  it('come in the order shown, whichever was picked first', () => {
    const { picked, ids } = selection()
    picked.toggle('c')
    picked.toggle('a')
    expect(ids()).toBe('ac')
    picked.toggle('c')
    expect(ids()).toBe('a')
  })

  it('are a whole range with the shift key, in either direction', () => {
    const { picked, ids } = selection()
    picked.toggle('d')
    picked.toggle('b', true)
    expect(ids()).toBe('bcd')
  })

  it('grow and shrink with Shift and an arrow, beside those picked before', () => {
    const { picked, ids } = selection()
    picked.toggle('a')
    picked.extend('c', 'd')
    expect(ids()).toBe('acd')
    picked.extend('d', 'c')
    expect(ids()).toBe('ac')
    picked.extend('c', 'b')
    expect(ids()).toBe('abc')
    picked.endRange()
    picked.extend('d', 'd')
    expect(ids()).toBe('abcd')
  })

  it('are all and then none', () => {
    const { picked, ids } = selection()
    picked.toggleAll()
    expect([ids(), picked.all.value]).toEqual(['abcd', true])
    picked.toggleAll()
    expect([ids(), picked.all.value]).toEqual(['', false])
  })

  it('are not those that a filter hides', () => {
    const { shown, picked, ids } = selection()
    picked.toggleAll()
    shown.value = shown.value.slice(0, 1)
    expect(ids()).toBe('a')
  })
})
