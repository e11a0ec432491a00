/** Nodes of a drawing are found, aligned, laid out, grouped and commented on. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { openPage } from '../helpers/page-runs.ts'
import { untilStill } from '../helpers/settled.ts'

let running: RunningApp
let page: Page
let id: string
const NODES = '.vue-flow__node'
/** Letters typed are one edit, which is stored a moment after the last. */
const SOON = { timeout: 10_000 }
const byId = (test: string): Locator => page.getByTestId(test)
const node = (key: string): Locator => canvasNode(page, key)
const preset = presetDocument('dcnv2', {
  dense: ['age', 'price'],
  sparse: ['user', 'item', 'shop'].map((name) => ({ name, cardinality: 9, multiValued: false })),
})
const tables = preset.nodes.filter(({ kind }) => kind === 'embedding').map((node) => node.id)

const stored = () => storedModel(page, id)
const positionOf = (document: ModelDocument, of: string) =>
  document.nodes.find((each) => each.id === of)?.position

async function positions(): Promise<({ x: number; y: number } | undefined)[]> {
  const document = await stored()
  return tables.map((table) => positionOf(document, table))
}

async function chooseTables(): Promise<void> {
  for (const [at, table] of tables.entries())
    await node(table).click({ modifiers: at === 0 ? [] : ['Shift'] })
}

beforeAll(async () => {
  running = await launchApp()
  page = running.window
})
afterAll(() => running.close())
beforeEach(async () => {
  id = await openInDesigner(page, preset)
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
  // The document has no positions again, because it is laid out when it is shown.
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

it('nodes are grouped, named, dragged together, folded and shown again', { timeout: 90_000 }, async () => {
  await chooseTables()
  await page.keyboard.press('Control+g')
  await node('%group').waitFor()
  await byId('group-name').fill('Tables')
  await expect
    .poll(async () => (await stored()).groups, SOON)
    .toEqual([{ id: 'group', name: 'Tables', nodes: tables, collapsed: false }])
  await page.keyboard.press('Escape')
  expect(await seriousViolations(page)).toEqual([])

  const before = await stored()
  const handle = await page.locator('.frame-name').boundingBox()
  if (!handle) throw new Error('The frame is out of sight.')
  await page.mouse.move(handle.x + 20, handle.y + 10)
  await page.mouse.down()
  await page.mouse.move(handle.x + 20, handle.y - 60, { steps: 6 })
  await page.mouse.up()
  await expect
    .poll(async () => positionOf(await stored(), tables[0]!)?.y, SOON)
    .not.toBe(positionOf(before, tables[0]!)?.y)
  const after = await stored()
  const shifts = tables.map(
    (table) => (positionOf(after, table)?.y ?? 0) - (positionOf(before, table)?.y ?? 0),
  )
  expect(new Set(shifts).size).toBe(1)
  expect(positionOf(after, 'deep')).toEqual(positionOf(before, 'deep'))

  await byId('group-collapsed').click()
  await node(tables[0]!).waitFor({ state: 'detached' })
  expect(await node('@group').textContent()).toContain('3 nodes')
  await expect.poll(async () => (await stored()).groups?.[0]?.collapsed, SOON).toBe(true)
  expect(await seriousViolations(page)).toEqual([])
  await node('@group').dblclick()
  await node(tables[0]!).waitFor()
  await page.keyboard.press('Control+Shift+g')
  await expect.poll(async () => (await stored()).groups, SOON).toBeUndefined()
})

/** Waits until the keyboard focus is in the text of the chosen comment. */
const textIsWritten = () =>
  expect.poll(() => page.evaluate(() => document.activeElement?.tagName), SOON).toBe('TEXTAREA')

it('comments are written, moved, kept and deleted, each an edit to undo', { timeout: 90_000 }, async () => {
  await page.locator('.canvas').first().focus()
  await page.keyboard.press('c')
  await byId('comment-text').waitFor()
  await textIsWritten()
  await page.keyboard.type('Wide tables first: they are the most of it.')
  await expect
    .poll(async () => (await stored()).comments?.map(({ text }) => text), SOON)
    .toEqual(['Wide tables first: they are the most of it.'])
  await page.keyboard.press('Escape')
  const position = (await stored()).comments?.[0]?.position
  await page.keyboard.press('ArrowRight')
  await expect
    .poll(async () => (await stored()).comments?.[0]?.position, SOON)
    .toEqual({ x: (position?.x ?? 0) + 10, y: position?.y })
  expect(await seriousViolations(page)).toEqual([])

  await openPage(page, '/models')
  await openPage(page, `/models/${id}/edit`)
  await byId('canvas-comment').dblclick()
  await textIsWritten()
  await page.keyboard.press('Escape')
  await byId('canvas-comment').click()
  await page.keyboard.press('Enter')
  await textIsWritten()
  await page.keyboard.press('Escape')
  await byId('canvas-comment').click()
  await page.keyboard.press('Delete')
  await byId('canvas-comment').waitFor({ state: 'detached' })
  expect((await stored()).comments).toBeUndefined()
  expect(await byId('undo').getAttribute('title')).toContain('Delete 1 comment')
  await byId('undo').click()
  await byId('canvas-comment').waitFor()
})
