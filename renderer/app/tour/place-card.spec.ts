import { expect, it } from 'vitest'
import { placeCard, type Box } from './place-card.ts'

const card = { width: 300, height: 150 }
const overlaps = (a: Box, b: Box) =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height

it.each([
  ['an entry of the pane', { left: 0, top: 100, width: 200, height: 34 }],
  ['a button in the upper right corner', { left: 990, top: 10, width: 26, height: 26 }],
  ['a button in the lower right corner', { left: 990, top: 660, width: 26, height: 26 }],
  ['a bar at the bottom', { left: 0, top: 672, width: 1024, height: 28 }],
])('A card is beside %s, and within the window', (_, target) => {
  const area = { width: 1024, height: 700 }
  const place = placeCard(target, card, area)
  expect(overlaps({ ...place, ...card }, target)).toBe(false)
  expect(place.left).toBeGreaterThan(0)
  expect(place.top).toBeGreaterThan(0)
  expect(place.left + card.width).toBeLessThan(area.width)
  expect(place.top + card.height).toBeLessThan(area.height)
})

it('A card without a target is in the middle, and stays in a window that is too small for it', () => {
  expect(placeCard(null, card, { width: 1000, height: 600 })).toEqual({ left: 350, top: 225 })
  const small = placeCard({ left: 0, top: 0, width: 250, height: 90 }, card, { width: 260, height: 100 })
  expect(small).toEqual({ left: 14, top: 14 })
})
