import { describe, expect, it } from 'vitest'
import { isLargerThan } from './message-size.ts'

describe('isLargerThan', () => {
  it('lets an ordinary request pass', () => {
    expect(isLargerThan({ id: 1, name: 'runs.list', body: {} }, 1000)).toBe(false)
  })

  it('counts text, keys, numbers and binary data', () => {
    expect(isLargerThan('a'.repeat(501), 1000)).toBe(true)
    expect(isLargerThan({ ['k'.repeat(501)]: 1 }, 1000)).toBe(true)
    expect(
      isLargerThan(
        Array.from({ length: 126 }, () => 1),
        1000,
      ),
    ).toBe(true)
    expect(isLargerThan(new Uint8Array(1001), 1000)).toBe(true)
    expect(isLargerThan(new Map([['a', 'b'.repeat(501)]]), 1000)).toBe(true)
  })

  it('ends on cyclic data', () => {
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    expect(isLargerThan(cyclic, 1000)).toBe(false)
  })

  it('reads no more of a very long list than the limit needs', () => {
    let read = 0
    const rows = new Proxy(
      Array.from({ length: 2_000_000 }, () => 'row'),
      {
        get(target, key, receiver): unknown {
          read++
          return Reflect.get(target, key, receiver)
        },
      },
    )
    expect(isLargerThan(rows, 1000)).toBe(true)
    expect(read).toBeLessThan(1000)
  })
})
