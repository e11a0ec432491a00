import { expect, it } from 'vitest'
import {
  boundsOf,
  fitting,
  freeArea,
  opening,
  overlaps,
  READABLE_ZOOM,
  revealing,
  type Area,
} from './viewport.ts'

const window = { x: 0, y: 0, width: 1264, height: 750 }
const panels = [
  { side: 'left', box: { x: 10, y: 10, width: 190, height: 400 } },
  { side: 'right', box: { x: 994, y: 10, width: 260, height: 700 } },
]
const free = freeArea(window, panels)
const seen = ({ x, y, width, height }: Area, view: { x: number; y: number; zoom: number }) => ({
  x: x * view.zoom + view.x,
  y: y * view.zoom + view.y,
  width: width * view.zoom,
  height: height * view.zoom,
})
const inside = (box: Area, area: Area) =>
  box.x >= area.x &&
  box.y >= area.y &&
  box.x + box.width <= area.x + area.width &&
  box.y + box.height <= area.y + area.height

it('leaves free what no panel covers, and everything where the panels cover all', () => {
  expect(free).toEqual({ x: 200, y: 0, width: 794, height: 750 })
  expect(freeArea({ ...window, width: 250 }, panels)).toEqual({ ...window, width: 250 })
})

it('fits a model beside the panels, and never larger than life', () => {
  const bounds = { x: -500, y: 300, width: 1300, height: 600 }
  expect(inside(seen(bounds, fitting(bounds, free)), free)).toBe(true)
  expect(fitting({ x: 0, y: 0, width: 10, height: 10 }, free).zoom).toBe(1.1)
})

it('opens a model that is too large to be read at its end, and not as a whole', () => {
  const bounds = { x: 0, y: 0, width: 7380, height: 4500 }
  const end = { x: 7200, y: 0, width: 180, height: 70 }
  const view = opening(bounds, free, end)
  expect(view.zoom).toBeGreaterThan(READABLE_ZOOM)
  expect(inside(seen(end, view), free)).toBe(true)
  const small = { x: 0, y: 0, width: 1300, height: 700 }
  expect(opening(small, free, end)).toEqual(fitting(small, free))
})

it('moves the view as little as it takes for a box to be seen', () => {
  const view = { x: 0, y: 0, zoom: 1 }
  const there = { x: 400, y: 300, width: 180, height: 70 }
  expect(revealing(view, there, free)).toBe(view)
  for (const box of [
    { ...there, x: 20 },
    { ...there, x: 1100 },
    { ...there, y: -900 },
    { ...there, x: 5000, y: 9000 },
  ])
    expect(inside(seen(box, revealing(view, box, free)), free)).toBe(true)
  expect(revealing(view, { ...there, x: 20 }, free).y).toBe(0)
  const large = { x: -100, y: 300, width: 3000, height: 70 }
  expect(seen(large, revealing(view, large, free)).x).toBe(free.x)
})

it('finds which boxes overlap and the bounds of all of them', () => {
  const box = { x: 0, y: 0, width: 10, height: 10 }
  expect(overlaps(box, { ...box, x: 9 })).toBe(true)
  expect(overlaps(box, { ...box, x: 10 })).toBe(false)
  expect(boundsOf([box, { ...box, x: -5, y: 20 }])).toEqual({ x: -5, y: 0, width: 15, height: 30 })
  expect(boundsOf([])).toBeNull()
})
