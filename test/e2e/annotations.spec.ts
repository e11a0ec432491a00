import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { openPage } from '../helpers/page-runs.ts'

let running: RunningApp
let page: Page
let id: string
/** Letters typed are one edit, which is stored a moment after the last. */
const SOON = { timeout: 10_000 }
const byId = (test: string): Locator => page.getByTestId(test)
const node = (key: string): Locator => canvasNode(page, key)
const preset = presetDocument('dlrm', {
  dense: ['age', 'price'],
  sparse: ['user', 'item', 'shop'].map((name) => ({ name, cardinality: 9, multiValued: false })),
})
const tables = preset.nodes.filter(({ kind }) => kind === 'embedding').map((each) => each.id)

const stored = () => storedModel(page, id)
const positionOf = (document: ModelDocument, of: string) =>
  document.nodes.find((each) => each.id === of)?.position

beforeAll(async () => {
  running = await launchApp()
  page = running.window
})
afterAll(() => running.close())
beforeEach(async () => {
  id = await openInDesigner(page, preset)
})

it('nodes are grouped, named, dragged together, folded and shown again', { timeout: 90_000 }, async () => {
  for (const [at, table] of tables.entries())
    await node(table).click({ modifiers: at === 0 ? [] : ['Shift'] })
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
  expect(positionOf(after, 'bot_l')).toEqual(positionOf(before, 'bot_l'))

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

/** The text of the chosen comment has the keys. */
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
