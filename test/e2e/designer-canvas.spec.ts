/** The canvas's free area, and what floats over it: panels, problems, menus and the focus mode. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { MODEL_FORMAT, MODEL_VERSION, type ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { largeModel } from '../helpers/large-model.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { installSample } from '../helpers/page-runs.ts'
import { sampleColumns } from '../helpers/sample-columns.ts'
import { untilStill } from '../helpers/settled.ts'
import { setWindowSize } from '../helpers/window-size.ts'

let running: RunningApp
let page: Page
const SOON = { timeout: 10_000 }
const byId = (id: string): Locator => page.getByTestId(id)
const node = (id: string) => canvasNode(page, id)
const columns = sampleColumns(9)
const fifteen = presetDocument('dlrm', columns)
const tables = fifteen.nodes.filter(({ kind }) => kind === 'embedding').map(({ id }) => id)
const loss: ModelDocument = {
  format: MODEL_FORMAT,
  version: MODEL_VERSION,
  name: 'Empty',
  nodes: [{ id: 'loss', kind: 'loss', inputs: { prediction: [] }, loss: 'bce', clamp: 0 }],
}

beforeAll(async () => {
  running = await launchApp()
  page = running.window
  await installSample(page, { name: 'movielens-100k' })
  await size(1320, 860)
})
afterAll(async () => {
  await running.close()
})

const size = (width: number, height: number) => setWindowSize(running, width, height)

async function open(document: ModelDocument, data = ''): Promise<string> {
  const id = await openInDesigner(page, document, data)
  await untilStill(page, '.vue-flow__node')
  return id
}

/** Whether a panel, the overview or a message lies over a node, or the window ends in it. */
const covered = (id: string) =>
  page.evaluate((wanted) => {
    const box = document.querySelector(`.vue-flow__node[data-id="${wanted}"]`)!.getBoundingClientRect()
    const points = [0.03, 0.5, 0.97].flatMap((x) => [0.05, 0.5, 0.95].map((y) => [x, y] as const))
    return points.some(([x, y]) => {
      const hit = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y)
      return hit?.closest('.vue-flow__node')?.getAttribute('data-id') !== wanted
    })
  }, id)

const middleOf = async (locator: Locator) => {
  const box = await locator.boundingBox()
  if (!box) throw new Error('It is out of sight.')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

describe('the canvas', { timeout: 60_000 }, () => {
  it('has over 60 % of the window, what the panels cover not counted', async () => {
    await open(fifteen)
    const share = await page.evaluate(() => {
      const area = (element: Element) => {
        const { width, height } = element.getBoundingClientRect()
        return width * height
      }
      const canvas = area(document.querySelector('[data-testid=editor-canvas]')!)
      const panels = [...document.querySelectorAll('[data-covers]')].map(area)
      return (canvas - panels.reduce((sum, each) => sum + each, 0)) / (innerWidth * innerHeight)
    })
    expect(share).toBeGreaterThan(0.6)
  })

  it('shows fifteen nodes beside the panels in letters of nine pixels or more', async () => {
    for (const [width, height] of [
      [1320, 860],
      [1024, 700],
      [2560, 1440],
    ] as const) {
      await size(width, height)
      await open(fifteen)
      const letters = await page
        .locator('.vue-flow__node .box')
        .evaluateAll((boxes) =>
          boxes.flatMap((box) =>
            [...box.querySelectorAll<HTMLElement>('.title, .detail, .size, .kind')]
              .filter((text) => text.checkVisibility())
              .map(
                (text) =>
                  (parseFloat(getComputedStyle(text).fontSize) * box.getBoundingClientRect().width) / 180,
              ),
          ),
        )
      expect(letters.length).toBeGreaterThan(0)
      expect(Math.min(...letters), `${width} × ${height}`).toBeGreaterThan(8.9)
      if (width > 1024) for (const { id } of fifteen.nodes) expect(await covered(id), id).toBe(false)
    }
    await size(1320, 860)
  })

  it('is alone in focus mode, from which Escape returns', async () => {
    await open(fifteen)
    await page.keyboard.press('f')
    for (const id of ['palette-panel', 'inspector-panel', 'designer-footer', 'undo'])
      await byId(id).waitFor({ state: 'hidden' })
    const canvas = await byId('editor-canvas').boundingBox()
    expect(canvas).toEqual({ x: 0, y: 0, width: 1320, height: 860 })
    expect(await seriousViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await byId('inspector-panel').waitFor()
    await byId('nav-runs').waitFor()
    await byId('focus-mode').click()
    await byId('leave-focus').click()
    await byId('undo').waitFor()
  })

  it('has panels that fold by mouse and keys, and are found as they were left', async () => {
    await open(fifteen)
    await byId('palette-panel-fold').focus()
    await page.keyboard.press('Enter')
    await byId('palette-search').waitFor({ state: 'hidden' })
    expect(await byId('palette-panel-fold').getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press(']')
    await byId('model-name').waitFor({ state: 'hidden' })
    expect(await seriousViolations(page)).toEqual([])
    await open(fifteen)
    expect(await byId('palette-search').isVisible()).toBe(false)
    expect(await byId('model-name').isVisible()).toBe(false)
    await page.keyboard.press(']')
    await byId('model-name').waitFor()
    await page.keyboard.press('a')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid')), SOON)
      .toBe('palette-search')
    await page.keyboard.press('Escape')
  })
})

describe('a node', { timeout: 60_000 }, () => {
  it('that is dropped or chosen at the edge is seen beside the panels', async () => {
    await open(loss)
    const canvas = (await byId('editor-canvas').boundingBox())!
    for (const [kind, x, y] of [
      ['mlp', canvas.width - 300, canvas.height - 90],
      ['cross', 300, canvas.height - 20],
      ['bias', canvas.width - 130, canvas.height - 200],
    ] as const) {
      await byId(`palette-${kind}`).dragTo(byId('editor-canvas'), { targetPosition: { x, y } })
      await node(kind).waitFor()
      await expect.poll(() => covered(kind), SOON).toBe(false)
      // Without a selection the inspector is short and does not cover where the next node is dropped.
      await page.keyboard.press('Escape')
    }
    const middle = await middleOf(node('mlp'))
    const grip = { x: canvas.x + canvas.width / 2, y: canvas.y + 20 }
    await page.mouse.move(grip.x, grip.y)
    await page.mouse.down()
    await page.mouse.move(grip.x + canvas.x + canvas.width - 90 - middle.x, grip.y, { steps: 5 })
    await page.mouse.up()
    // It lies where the inspector has its settings once it is chosen.
    await node('mlp').focus()
    await page.keyboard.press('Enter')
    await byId('node-id').waitFor()
    await expect.poll(() => covered('mlp'), SOON).toBe(false)
  })

  it('of a rectangle’s selection connects all by its dot, and no text of the page is selected', async () => {
    const document = {
      ...fifteen,
      nodes: fifteen.nodes.map((each) =>
        each.kind === 'dotInteraction' ? { ...each, inputs: { vectors: ['bot_l'] } } : each,
      ),
    }
    const id = await open(document)
    await byId('lay-out').click()
    await untilStill(page, '.vue-flow__node')
    const boxes = await Promise.all(tables.map(async (table) => (await node(table).boundingBox())!))
    const left = Math.min(...boxes.map(({ x }) => x)) - 8
    const top = Math.min(...boxes.map(({ y }) => y)) - 8
    const right = Math.max(...boxes.map(({ x, width }) => x + width)) + 8
    const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + 8
    // The click sets the cursor in the page's text, so that Shift and a click could select from there.
    await byId('inspector-panel').getByText('Click a node').click()
    await page.keyboard.down('Shift')
    await page.mouse.move(left, top)
    await page.mouse.down()
    await page.mouse.move(right, bottom, { steps: 6 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toBe('')
    const selected = page.locator('.vue-flow__node.selected')
    await expect.poll(() => selected.count(), SOON).toBeGreaterThanOrEqual(tables.length)
    if ((await selected.count()) > tables.length) await node('bot_l').click({ modifiers: ['Shift'] })
    await expect.poll(() => selected.count(), SOON).toBe(tables.length)
    const from = await middleOf(node(tables[4]!).locator('.vue-flow__handle.source'))
    const to = await middleOf(node('interaction'))
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(to.x, to.y, { steps: 8 })
    await page.mouse.up()
    await expect
      .poll(async () => (await storedModel(page, id)).nodes.find((each) => each.id === 'interaction'), SOON)
      .toMatchObject({ inputs: { vectors: ['bot_l', ...tables] } })
    expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toBe('')
  })
})

describe('a right click', { timeout: 60_000 }, () => {
  const item = (name: string) => byId('context-menu').getByRole('menuitem', { name })

  it('on a node, a connection and the canvas offers what can be done there', async () => {
    const id = await open(fifteen)
    await node('top_l').click({ button: 'right' })
    expect(await seriousViolations(page)).toEqual([])
    await item('Duplicate').click()
    await node('top_l_2').waitFor()
    await expect.poll(() => covered('top_l_2'), SOON).toBe(false)
    await node('top_l_2').click({ button: 'right' })
    await item('Delete').click()
    await node('top_l_2').waitFor({ state: 'detached' })

    await page.locator('[data-edge="top_l loss"]').focus()
    await page.keyboard.press('Shift+F10')
    await item('Delete the connection').click()
    await page.locator('[data-edge="top_l loss"]').waitFor({ state: 'detached' })

    await node('interaction').click({ button: 'right' })
    await item('Disconnect').click()
    await expect
      .poll(async () => (await storedModel(page, id)).nodes.find((each) => each.id === 'interaction'), SOON)
      .toMatchObject({ inputs: { vectors: [] } })

    const canvas = (await byId('editor-canvas').boundingBox())!
    const [x, y] = [canvas.x + canvas.width * 0.6, canvas.y + canvas.height - 60]
    await page.mouse.click(x, y, { button: 'right' })
    await item('Add a node here').click()
    await page.keyboard.type('bias')
    await page.keyboard.press('Enter')
    await node('bias').waitFor()
  })

  it('opens a menu that has the keyboard, copies what another right click pastes, and gives the focus back', async () => {
    await open(fifteen)
    await node('loss').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+F10')
    await item('Copy').waitFor()
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Settings')
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-id'))).toBe('loss')
    expect(await page.locator('.vue-flow__node.selected').count()).toBe(1)
    await node(tables[0]!).click({ button: 'right' })
    await item('Copy').click()
    const canvas = (await byId('editor-canvas').boundingBox())!
    await page.mouse.click(canvas.x + canvas.width * 0.5, canvas.y + canvas.height - 30, { button: 'right' })
    await item('Paste').click()
    await expect.poll(() => page.locator('.vue-flow__node').count(), SOON).toBe(fifteen.nodes.length + 1)
  })
})

describe('the problems', { timeout: 60_000 }, () => {
  it('are a badge, behind which each kind is one line, with what mends all of it', async () => {
    const many = presetDocument('dlrm', {
      ...columns,
      sparse: Array.from({ length: 288 }, (_, at) => ({
        name: `x${at}`,
        cardinality: 9,
        multiValued: false,
      })),
    })
    await open(many, 'movielens-100k')
    await expect.poll(() => byId('model-problems').textContent(), SOON).toContain('289 errors')
    await byId('model-problems').click()
    const groups = byId('problem-group')
    await expect.poll(() => groups.count(), SOON).toBe(2)
    expect(await groups.last().textContent()).toMatch(/288 × The dataset has no sparse column 'x0', 'x1'/)
    await groups.last().getByTestId('problem-locations').click()
    expect(await groups.last().textContent()).toContain('and 276 more')
    expect(await seriousViolations(page)).toEqual([])

    const id = await open(fifteen, 'movielens-100k')
    await expect.poll(() => byId('model-problems').textContent(), SOON).toContain('10 errors')
    await page.keyboard.press('p')
    await groups.last().getByTestId('problem-fix').click()
    // The dataset has seven columns for nine tables: two are left to a person.
    await expect.poll(() => groups.count(), SOON).toBe(1)
    await groups.getByRole('button', { name: 'Select all' }).click()
    await page.keyboard.press('Delete')
    await byId('model-problems').waitFor({ state: 'detached' })
    const bound = (await storedModel(page, id)).nodes
    expect(bound.map((each) => (each.kind === 'embedding' ? each.column : each.id))).toContain('user_id')
    await byId('undo').click()
    await byId('undo').click()
    await expect.poll(async () => (await storedModel(page, id)).nodes, SOON).toEqual(fifteen.nodes)
  })
})

describe('a thousand nodes', { timeout: 120_000 }, () => {
  it('open where they end, in letters that can be read, drawn as far as they are seen', async () => {
    await open(largeModel(1000))
    expect(await page.locator('.vue-flow__node').count()).toBeLessThan(60)
    expect(await page.locator('.vue-flow__node[data-id=loss] .title').boundingBox()).not.toBeNull()
    expect(await covered('loss')).toBe(false)
    await page.keyboard.press('Control+f')
    await page.keyboard.type('table_500')
    await node('table_500').waitFor()
    await expect.poll(() => covered('table_500'), SOON).toBe(false)
    await page.keyboard.press('Escape')
    expect(await seriousViolations(page)).toEqual([])
  })
})
