import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import { nothingPicked, useRunSelection } from './run-selection.ts'

/** A list of five runs, of which a query shows those that it names. */
function selection(ids = 'abcde') {
  const query = ref('')
  const rows = (text = query.value) => [...ids].filter((id) => text === '' || text.includes(id))
  const picked = shallowRef(nothingPicked)
  const selection = effectScope().run(() =>
    useRunSelection(
      {
        query: () => query.value,
        matching: () => rows().length,
        idsBetween: async (from, to) => rows().slice(Math.min(from, to), Math.max(from, to) + 1),
        idsOf: async (text, among) => rows(text).filter((id) => among?.includes(id) ?? true),
      },
      picked,
    ),
  )!
  const names = async () => (await selection.ids()).join('')
  return {
    ...selection,
    query,
    names,
    toggleRow: (id: string, range = false) => selection.toggle(rows().indexOf(id), id, range),
  }
}

describe('runs picked out of a list of which the window has only some pages', () => {
  it('are those clicked, and with Shift all between', async () => {
    const runs = selection()
    await runs.toggleRow('b')
    await runs.toggleRow('d', true)
    expect(await runs.names()).toBe('bcd')
    expect([runs.count.value, runs.has('c'), runs.has('a')]).toEqual([3, true, false])
    await runs.toggleRow('c')
    expect(await runs.names()).toBe('bd')
    await runs.toggleRow('b', true)
    expect(await runs.names()).toBe('d')
  })

  it('grow and shrink with Shift and arrows, beside what was picked before', async () => {
    const runs = selection()
    await runs.toggleRow('e')
    await runs.extend(0, 1)
    await runs.extend(1, 2)
    expect((await runs.names()).split('').toSorted().join('')).toBe('abce')
    await runs.extend(2, 1)
    expect((await runs.names()).split('').toSorted().join('')).toBe('abe')
  })

  it('are all that match without their ids being known, but for some', async () => {
    const runs = selection()
    runs.toggleAll()
    expect([runs.all.value, runs.count.value, await runs.names()]).toEqual([true, 5, 'abcde'])
    await runs.toggleRow('b')
    expect([runs.all.value, runs.count.value, await runs.names()]).toEqual([false, 4, 'acde'])
    runs.toggleAll()
    runs.toggleAll()
    expect([runs.count.value, await runs.names()]).toEqual([0, ''])
  })

  it('are hidden by a filter, and picked again once it shows them', async () => {
    const runs = selection()
    await runs.toggleRow('a')
    await runs.toggleRow('c')
    runs.query.value = 'bc'
    await vi.waitFor(() => expect(runs.count.value).toBe(1))
    expect(await runs.names()).toBe('c')
    runs.query.value = ''
    await vi.waitFor(() => expect(runs.count.value).toBe(2))
  })

  it('stay those of the filter under which all were picked', async () => {
    const runs = selection()
    runs.query.value = 'bc'
    await nextTick()
    runs.toggleAll()
    runs.query.value = ''
    await vi.waitFor(() => expect([runs.count.value, runs.has('a'), runs.has('b')]).toEqual([2, false, true]))
  })

  it('are forgotten once they are deleted', async () => {
    const runs = selection()
    await runs.toggleRow('a')
    runs.forget(['a', 'b'])
    expect(runs.count.value).toBe(0)
  })
})
