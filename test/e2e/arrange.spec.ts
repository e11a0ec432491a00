import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { untilStill } from '../helpers/settled.ts'

let running: RunningApp
let page: Page
let id: string
const NODES = '.vue-flow__node'
const byId = (test: string): Locator => page.getByTestId(test)
const document = presetDocument('dcnv2', {
  dense: ['age', 'price'],
  sparse: ['user', 'item', 'shop'].map((name) => ({ name, cardinality: 9, multiValued: false })),
})
const tables = document.nodes.filter(({ kind }) => kind === 'embedding').map((node) => node.id)

async function positions(): Promise<({ x: number; y: number } | undefined)[]> {
  const { nodes } = await storedModel(page, id)
  return tables.map((table) => nodes.find((node) => node.id === table)?.position)
}

async function chooseTables(): Promise<void> {
  for (const [at, table] of tables.entries())
    await canvasNode(page, table).click({ modifiers: at === 0 ? [] : ['Shift'] })
}

beforeAll(async () => {
  running = await launchApp()
  page = running.window
})
afterAll(() => running.close())
beforeEach(async () => {
  id = await openInDesigner(page, document)
})

it('finds nodes by their words, one after the other', { timeout: 60_000 }, async () => {
  await page.keyboard.press('Control+f')
  await byId('find-text').waitFor()
  await page.keyboard.type('embedding')
  await expect.poll(() => byId('find-result').textContent()).toBe('1 of 3')
  expect(await byId('node-id').inputValue()).toBe(tables[0])
  await page.keyboard.press('Enter')
  await expect.poll(() => byId('node-id').inputValue()).toBe(tables[1])
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Shift+Enter')
  await expect.poll(() => byId('find-result').textContent()).toBe('3 of 3')
  await page.keyboard.type(' nothing')
  await expect.poll(() => byId('find-result').textContent()).toBe('none')
  expect(await seriousViolations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await byId('find-text').waitFor({ state: 'detached' })
})

it('aligns and distributes the chosen nodes, each time as one edit', { timeout: 60_000 }, async () => {
  await byId('fit-view').click()
  await chooseTables()
  await byId('align-top').click()
  await expect.poll(async () => new Set((await positions()).map((position) => position?.y)).size).toBe(1)
  expect(await seriousViolations(page)).toEqual([])
  await byId('undo').click()
  // As it was: a document without positions, that is laid out where it is seen.
  await expect.poll(positions).toEqual(tables.map(() => undefined))
  await byId('align-left').click()
  await byId('distribute-y').click()
  await expect.poll(async () => new Set((await positions()).map((position) => position?.x)).size).toBe(1)
  const ys = (await positions()).map((position) => position?.y ?? 0).sort((a, b) => a - b)
  expect(Math.abs(ys[2]! - ys[1]! - (ys[1]! - ys[0]!))).toBeLessThanOrEqual(1)
})

it('an edge is chosen with the mouse or with keys, and deleted', { timeout: 60_000 }, async () => {
  await byId('lay-out').click()
  await byId('fit-view').click()
  await untilStill(page, NODES)
  const before = await storedModel(page, id)
  const edge = page.locator(`[data-edge][aria-label^="From ${before.nodes.at(-2)?.id} to "]`)
  const box = await edge.boundingBox()
  if (!box) throw new Error('The edge is not in view.')
  await page.mouse.click(box.x + box.width * 0.4, box.y + box.height / 2)
  await expect.poll(() => edge.getAttribute('aria-pressed')).toBe('true')
  expect(await seriousViolations(page)).toEqual([])
  await page.keyboard.press('Delete')
  await edge.waitFor({ state: 'detached' })
  await byId('undo').click()
  await edge.waitFor()
  expect((await storedModel(page, id)).nodes).toEqual(before.nodes)
  await edge.focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Delete')
  await edge.waitFor({ state: 'detached' })
  await expect.poll(async () => (await storedModel(page, id)).nodes).not.toEqual(before.nodes)
})

it('lays a group out by itself, in the room of its frame', { timeout: 60_000 }, async () => {
  await chooseTables()
  await page.keyboard.press('Control+g')
  await byId('lay-out').click()
  await storedModel(page, id)
  await byId('fit-view').click()
  await untilStill(page, NODES)
  const frame = await page.locator('.vue-flow__node-frame').boundingBox()
  if (!frame) throw new Error('The frame is out of sight.')
  const inside = await page.locator('.vue-flow__node-model').evaluateAll((nodes, { x, y, width, height }) => {
    const boxes = nodes.map((node) => ({ id: node.dataset.id, box: node.getBoundingClientRect() }))
    return boxes
      .filter(({ box }) => box.x < x + width && x < box.right && box.y < y + height && y < box.bottom)
      .map(({ id: each }) => each)
  }, frame)
  expect(inside.sort()).toEqual([...tables].sort())
})
