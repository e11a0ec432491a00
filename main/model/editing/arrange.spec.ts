import { describe, expect, it } from 'vitest'
import { align, distribute, type Alignment } from './arrange.ts'

const points = new Map([
  ['b', { x: 300, y: 10 }],
  ['a', { x: 0, y: 50 }],
  ['c', { x: 40, y: 101 }],
])

describe('boxes brought into line', () => {
  it.each<[Alignment, number]>([
    ['left', 0],
    ['center', 150],
    ['right', 300],
    ['top', 10],
    ['middle', 56],
    ['bottom', 101],
  ])('%s: all at %i, and nothing else moves', (to, value) => {
    const axis = ['left', 'center', 'right'].includes(to) ? 'x' : 'y'
    for (const [id, point] of align(points, to)) expect(point).toEqual({ ...points.get(id), [axis]: value })
  })

  it('have as much room between each other, in the order they lie in', () => {
    const spread = distribute(points, 'x')
    expect([...spread].map(([id, { x }]) => [id, x])).toEqual([
      ['a', 0],
      ['c', 150],
      ['b', 300],
    ])
    expect(distribute(new Map([['a', { x: 5, y: 6 }]]), 'y').get('a')).toEqual({ x: 5, y: 6 })
  })
})
