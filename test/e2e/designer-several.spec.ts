/** What is changed in several nodes at once, and what is each node's own. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { ModelNode } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { sampleColumns } from '../helpers/sample-columns.ts'

let running: RunningApp
let page: Page
let id: string
const byId = (test: string): Locator => page.getByTestId(test)
const SOON = { timeout: 10_000 }
const document = presetDocument('dlrm', sampleColumns(9))
const isTable = ({ kind }: ModelNode) => kind === 'embedding'
const tables = async () => (await storedModel(page, id)).nodes.filter(isTable)

beforeAll(async () => {
  running = await launchApp()
  page = running.window
})
afterAll(() => running.close())

it(
  'nine chosen tables keep their columns, which are named and not a field',
  { timeout: 60_000 },
  async () => {
    id = await openInDesigner(page, document)
    for (const { id: table } of document.nodes.filter(isTable)) {
      await canvasNode(page, table).focus()
      await page.keyboard.press('Shift+Enter')
    }
    await expect.poll(() => byId('inspector-title').textContent(), SOON).toContain('9 × Embedding')
    for (const field of ['field-column', 'node-id', 'node-label']) expect(await byId(field).count()).toBe(0)
    expect(await byId('several-column').textContent()).toMatch(/'c0', 'c1'.* and 4 more/)
    await byId('field-pooling').selectOption('mean')
    await expect
      .poll(async () => (await tables()).map((node) => node.kind === 'embedding' && node.pooling), SOON)
      .toEqual(Array(9).fill('mean'))
    const columnsOf = (nodes: ModelNode[]) =>
      nodes.map((node) => isTable(node) && 'column' in node && node.column)
    expect(columnsOf(await tables())).toEqual(columnsOf(document.nodes.filter(isTable)))
    expect(await seriousViolations(page)).toEqual([])
  },
)

it(
  'a setting in which they differ says so, and typing makes it theirs, letter by letter',
  { timeout: 60_000 },
  async () => {
    id = await openInDesigner(page, document)
    const first = document.nodes.find(isTable)!.id
    const dimension = byId('field-dimension')
      .locator('input')
      .or(page.locator('input[data-testid=field-dimension]'))
      .first()
    await canvasNode(page, first).click()
    await dimension.fill('24')
    await expect.poll(async () => (await tables())[0], SOON).toMatchObject({ dimension: 24 })
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+a')
    for (const node of document.nodes.filter((each) => !isTable(each))) {
      await canvasNode(page, node.id).click({ modifiers: ['Shift'] })
    }
    await expect.poll(() => byId('inspector-title').textContent(), SOON).toContain('9 × Embedding')
    expect(await dimension.inputValue()).toBe('')
    expect(await dimension.getAttribute('placeholder')).toBe('several values')
    await dimension.focus()
    await page.keyboard.type('32')
    expect(await dimension.inputValue()).toBe('32')
    await expect
      .poll(async () => (await tables()).map((node) => node.kind === 'embedding' && node.dimension), SOON)
      .toEqual(Array(9).fill(32))
  },
)

it(
  'what is done to a node of the longest label and id is saved, and can be undone',
  { timeout: 60_000 },
  async () => {
    const label = '👩‍👩‍👧‍👦'.repeat(45)
    const long = 'x'.repeat(200)
    const nodes = document.nodes.map((node) => (node.id === 'bot_l' ? { ...node, label } : node))
    const alone: ModelNode = { id: long, kind: 'bias', inputs: { input: [] }, label: 'M'.repeat(500) }
    id = await openInDesigner(page, { ...document, name: 'Long names', nodes: [...nodes, alone] })
    for (const node of ['bot_l', long]) {
      await canvasNode(page, node).focus()
      for (const key of ['Enter', 'ArrowLeft', 'Control+d', 'Control+d']) await page.keyboard.press(key)
    }
    await expect.poll(async () => (await storedModel(page, id)).nodes.length, SOON).toBe(nodes.length + 5)
    for (let count = 0; count < 6; count++) {
      await page.keyboard.press('Control+z')
      await storedModel(page, id)
    }
    await expect.poll(async () => (await storedModel(page, id)).nodes, SOON).toEqual([...nodes, alone])
  },
)
