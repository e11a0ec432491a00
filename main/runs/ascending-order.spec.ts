import { expect, it } from 'vitest'
import { ascendingOrder, CHUNK } from './ascending-order.ts'

it('orders negative, tiny, zero and large values, equal ones by their index', async () => {
  const values = Float32Array.of(3, -0, -2.5, 0, 1e-40, -1e-40, 3e38, -3e38, 0.1, 3)
  expect([...(await ascendingOrder(values))]).toEqual([7, 2, 5, 1, 3, 4, 8, 0, 9, 6])
})

it('orders more values than one piece has', async () => {
  const values = Float32Array.from({ length: CHUNK * 2 + 3 }, (_, index) => (index * 7919) % 100_003)
  const order = await ascendingOrder(values)
  const sorted = Float32Array.from(order, (index) => values[index]!)
  expect(sorted).toEqual(values.toSorted())
})
