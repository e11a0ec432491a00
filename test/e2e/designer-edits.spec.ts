/** Edits of one node and of several at once: how they are made, what is stored of them, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { ModelNode } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { enginePid, launchApp, type RunningApp } from '../helpers/app.ts'
import {
  canvasNode,
  drawEdge,
  fillField,
  openDocument,
  openEmptyCanvas,
  openInDesigner,
  openModelId,
  storedModel,
} from '../helpers/page-models.ts'
import { openPage } from '../helpers/page-runs.ts'
import { sampleColumns } from '../helpers/sample-columns.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let page: Page
let id: string
const byId = (test: string): Locator => page.getByTestId(test)
const SOON = { timeout: 10_000 }
const document = presetDocument('dlrm', sampleColumns(9))
const isTable = ({ kind }: ModelNode) => kind === 'embedding'
const node = (key: string): Locator => canvasNode(page, key)
const stored = () => openDocument(page)
const tables = async () => (await storedModel(page, id)).nodes.filter(isTable)

beforeAll(async () => {
  running = await launchApp()
  page = running.window
})
afterAll(() => running.close())

describe('several chosen nodes', () => {
  it(
    'nine chosen tables keep their columns, which are named and not a field',
    { timeout: 60_000 },
    async () => {
      id = await openInDesigner(page, document)
      for (const { id: table } of document.nodes.filter(isTable)) {
        await node(table).focus()
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
      await node(first).click()
      await dimension.fill('24')
      await expect.poll(async () => (await tables())[0], SOON).toMatchObject({ dimension: 24 })
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+a')
      for (const other of document.nodes.filter((each) => !isTable(each))) {
        await node(other.id).click({ modifiers: ['Shift'] })
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
      for (const key of ['bot_l', long]) {
        await node(key).focus()
        for (const stroke of ['Enter', 'ArrowLeft', 'Control+d', 'Control+d'])
          await page.keyboard.press(stroke)
      }
      await expect.poll(async () => (await storedModel(page, id)).nodes.length, SOON).toBe(nodes.length + 5)
      for (let count = 0; count < 6; count++) {
        await page.keyboard.press('Control+z')
        await storedModel(page, id)
      }
      await expect.poll(async () => (await storedModel(page, id)).nodes, SOON).toEqual([...nodes, alone])
    },
  )
})

describe('an edit', () => {
  it('is undone and redone by name, after the page was left as well', { timeout: 60_000 }, async () => {
    await openEmptyCanvas(page)
    const first = await stored()
    await byId('palette-mlp').click()
    await node('mlp').waitFor()
    await fillField(page, 'field-dropout', '0.5')
    const whole = await stored()
    const id = await openModelId(page)
    await openPage(page, '/models')
    await openPage(page, `/models/${id}/edit`)
    await node('mlp').waitFor()
    expect(await byId('undo').getAttribute('title')).toContain('Dropout of mlp')
    await byId('undo').click()
    await byId('undo').click()
    await node('mlp').waitFor({ state: 'detached' })
    expect(await stored()).toEqual(first)
    expect(await byId('redo').getAttribute('title')).toContain('Add MLP')
    await byId('redo').click()
    await byId('redo').click()
    await node('mlp').waitFor()
    expect(await stored()).toEqual(whole)
  })

  it(
    'begins with an edge dropped on the bare canvas or a double click as well',
    { timeout: 60_000 },
    async () => {
      await openEmptyCanvas(page)
      await byId('palette-denseInput').click()
      await node('dense').waitFor()
      const handle = await node('dense').locator('.vue-flow__handle.source').boundingBox()
      const canvas = await byId('editor-canvas').boundingBox()
      if (!handle || !canvas) throw new Error('The canvas is out of sight.')
      await page.mouse.move(handle.x + 3, handle.y + 3)
      await page.mouse.down()
      await page.mouse.move(canvas.x + canvas.width - 60, canvas.y + canvas.height / 2, { steps: 6 })
      await page.mouse.up()
      const menu = byId('editor-canvas').getByTestId('palette')
      await menu.waitFor()
      expect(await menu.getByTestId('palette-embedding').count()).toBe(0)
      await page.keyboard.type('mlp')
      await page.keyboard.press('Enter')
      await node('mlp').waitFor()
      expect((await stored()).nodes.find(({ id }) => id === 'mlp')).toMatchObject({
        inputs: { input: ['dense'] },
      })

      await page.mouse.dblclick(canvas.x + 30, canvas.y + canvas.height - 30)
      await menu.waitFor()
      await page.keyboard.press('Escape')
      await menu.waitFor({ state: 'detached' })
    },
  )

  it('copies nodes as text, which another model takes', { timeout: 60_000 }, async () => {
    await openEmptyCanvas(page)
    await byId('palette-mlp').click()
    await node('mlp').waitFor()
    await node('mlp').click()
    const copied = await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      window.dispatchEvent(new ClipboardEvent('copy', { clipboardData, cancelable: true }))
      return clipboardData.getData('text/plain')
    })
    expect(JSON.parse(copied)).toMatchObject({ format: 'dlrm-studio-nodes', nodes: [{ id: 'mlp' }] })
    await openEmptyCanvas(page)
    const paste = (text: string) =>
      page.evaluate((given) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', given)
        window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }))
      }, text)
    await paste('{"format": "dlrm-studio-nodes", "nodes": [{"kind": "bomb"}]}')
    await paste(copied)
    await node('mlp').waitFor()
    expect((await stored()).nodes.map(({ id }) => id)).toEqual(['loss', 'mlp'])
  })

  it('that is impossible is refused with the reason, and changes nothing', { timeout: 60_000 }, async () => {
    await openEmptyCanvas(page)
    await byId('palette-mlp').click()
    await node('mlp').waitFor()
    await byId('palette-activation').click()
    await node('activation').waitFor()
    await byId('lay-out').click()
    await drawEdge(page, 'mlp', 'activation')
    const before = await stored()
    await drawEdge(page, 'activation', 'mlp')
    await page.getByText('would close a cycle').waitFor()
    expect(await stored()).toEqual(before)
    await node('mlp').click()
    await byId('node-id').fill('loss')
    await page.keyboard.press('Enter')
    await page.getByText('There is already a node loss').waitFor()
    expect(await stored()).toEqual(before)
  })

  it('is not lost when the engine is killed, nor what can be undone', { timeout: 120_000 }, async () => {
    await openEmptyCanvas(page)
    const id = await openModelId(page)
    for (let round = 1; round <= 2; round++) {
      await byId('palette-bias').click()
      await expect.poll(async () => (await stored()).nodes.length, { timeout: 10_000 }).toBe(round + 1)
      const whole = await stored()
      process.kill(await enginePid(running.app), 'SIGKILL')
      await page
        .locator('.status-bar', { hasText: 'Engine ready' })
        .or(page.getByText('Engine ready'))
        .first()
        .waitFor()
      await openPage(page, '/models')
      await expect
        .poll(
          () =>
            page.evaluate(() =>
              studio.request('workspace.info', {}).then(
                () => true,
                () => false,
              ),
            ),
          {
            timeout: 20_000,
          },
        )
        .toBe(true)
      await openPage(page, `/models/${id}/edit`)
      await node('loss').waitFor()
      expect(await stored()).toEqual(whole)
    }
    for (let round = 2; round >= 1; round--) {
      await byId('undo').click()
      await expect.poll(async () => (await stored()).nodes.length, { timeout: 10_000 }).toBe(round)
    }
  })
})
