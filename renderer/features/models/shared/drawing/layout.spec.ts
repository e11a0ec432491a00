import { describe, expect, it } from 'vitest'
import { layOut, NODE_HEIGHT, NODE_WIDTH } from './layout.ts'
import { acyclic, ranksOf } from './ranks.ts'
import { stackRank } from './stack-rank.ts'

const edges = (...pairs: string[]) =>
  pairs.map((pair) => {
    const [source = '', target = ''] = pair.split('>')
    return { source, target }
  })

describe('ranksOf', () => {
  it('puts an input right before what it feeds', () => {
    const ranks = ranksOf(
      ['dense', 'mlp', 'table', 'dot', 'loss'],
      edges('dense>mlp', 'mlp>dot', 'table>dot', 'dot>loss'),
    )
    expect(Object.fromEntries(ranks)).toEqual({ dense: 0, mlp: 1, table: 1, dot: 2, loss: 3 })
  })

  it('puts every node right of all its sources', () => {
    const all = edges('a>b', 'b>c', 'a>c', 'c>d', 'a>d')
    const ranks = ranksOf(['d', 'c', 'b', 'a'], all)
    for (const { source, target } of all) expect(ranks.get(source)).toBeLessThan(ranks.get(target) ?? 0)
  })
})

describe('acyclic', () => {
  it('leaves out the edge that closes a cycle, and edges of a node to itself', () => {
    expect(acyclic(['a', 'b', 'c'], edges('a>b', 'b>c', 'c>a', 'b>b'))).toEqual(edges('a>b', 'b>c'))
  })

  it('takes a chain of many thousands', () => {
    const ids = Array.from({ length: 5000 }, (_, index) => String(index))
    const chain = ids.slice(1).map((target, index) => ({ source: String(index), target }))
    expect(ranksOf(ids, acyclic(ids, chain)).get('4999')).toBe(4999)
  })
})

describe('stackRank', () => {
  const box = (wanted: number) => ({ wanted, size: 10 })

  it('leaves boxes where they want to be while they do not meet', () => {
    expect(stackRank([box(0), box(100)], 5)).toEqual([0, 100])
  })

  it('centres boxes that want the same position around it', () => {
    expect(stackRank([box(7), box(7), box(7)], 5)).toEqual([-8, 7, 22])
  })

  it('keeps order and distance whatever is wanted', () => {
    const middles = stackRank([box(50), box(-30), box(0), box(200), box(199)], 5)
    for (let index = 1; index < middles.length; index++)
      expect((middles[index] ?? 0) - (middles[index - 1] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9)
  })
})

describe('layOut', () => {
  it.each(['right', 'down'] as const)('lets no boxes overlap, going %s', (direction) => {
    const ids = Array.from({ length: 40 }, (_, index) => `t${index}`)
    const all = ids.flatMap((source) => [
      { source, target: 'x' },
      { source, target: 'y' },
    ])
    const { positions } = layOut([...ids, 'x', 'y', 'z'], [...all, ...edges('x>z', 'y>z')], direction)
    const boxes = [...positions.values()]
    for (const [index, a] of boxes.entries())
      for (const b of boxes.slice(index + 1))
        expect(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT).toBe(true)
  })

  it('draws a chain as a straight line', () => {
    const ids = ['a', 'b', 'c']
    const right = [...layOut(ids, edges('a>b', 'b>c'), 'right').positions.values()]
    expect(new Set(right.map(({ y }) => y)).size).toBe(1)
    const down = layOut(ids, edges('a>b', 'b>c'), 'down')
    expect(new Set([...down.positions.values()].map(({ x }) => x)).size).toBe(1)
    expect(down.width).toBe(NODE_WIDTH)
  })

  it('leads an edge around the boxes of the ranks that it passes', () => {
    const { positions, passages } = layOut(['a', 'b', 'c'], edges('a>b', 'b>c', 'a>c'), 'right')
    const [before, after] = passages.get('a c') ?? []
    const middle = positions.get('b')
    expect(before?.x).toBe(middle?.x)
    expect(after?.x).toBe((middle?.x ?? 0) + NODE_WIDTH)
    const inside = (before?.y ?? 0) > (middle?.y ?? 0) && (before?.y ?? 0) < (middle?.y ?? 0) + NODE_HEIGHT
    expect(inside).toBe(false)
  })
})
