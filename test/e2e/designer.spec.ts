import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { defaultTrainingConfig } from '../../main/contract/training.ts'
import type { BoundColumns } from '../../main/model/document.ts'
import { presetDocument, presetNames } from '../../main/model/presets/index.ts'
import { formatBytes } from '../../renderer/platform/units.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { enginePid, launchApp, type RunningApp } from '../helpers/app.ts'
import { answerSaveDialog } from '../helpers/dialogs.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { movieLensColumns, openPage, runStatus, storedLosses, trainFromCanvas } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let files: string
let page: Page
let columns: BoundColumns
const byId = (id: string): Locator => page.getByTestId(id)

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'designer-'))
  running = await launchApp()
  page = running.window
  columns = await movieLensColumns(page)
})
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

const config = { ...defaultTrainingConfig, epochs: 2 }

const node = (id: string) => canvasNode(page, id)
const idOf = () => page.evaluate(() => location.hash.split('/')[2]?.split('?')[0] ?? '')

const stored = async () => storedModel(page, await idOf())

async function emptyCanvas(): Promise<void> {
  await openPage(page, '/models')
  await byId('empty-canvas').click()
  await node('loss').waitFor()
  await byId('model-dataset').selectOption('movielens-100k')
}

/** Draws an edge with the mouse. */
async function draw(from: string, to: string): Promise<void> {
  await byId('fit-view').click()
  const start = await node(from).locator('.vue-flow__handle.source').boundingBox()
  const end = await node(to).boundingBox()
  if (!start || !end) throw new Error('A node is out of sight.')
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
  await page.mouse.down()
  await page.mouse.move(end.x + end.width / 3, end.y + end.height / 2, { steps: 8 })
  await page.mouse.up()
}

async function setText(testId: string, text: string): Promise<void> {
  const field = byId(testId)
    .locator('input')
    .or(page.locator(`input[data-testid="${testId}"]`))
    .first()
  await field.fill(text)
}

async function lossesOfPreset(): Promise<number[]> {
  const request = {
    name: 'preset',
    dataset: 'movielens-100k',
    model: presetDocument('dcnv2', columns),
    config,
  }
  const { id } = await page.evaluate((body) => studio.request('runs.start', body), request)
  await openPage(page, `/runs/${id}`)
  await runStatus(page, 'completed', 120_000)
  return storedLosses(page, id)
}

describe('a newcomer', () => {
  it(
    'draws DCNv2 from an empty canvas and trains it to the preset’s own losses',
    { timeout: 240_000 },
    async () => {
      await emptyCanvas()
      await byId('palette-concat').click()
      await node('concat').waitFor()
      await page.keyboard.press('Escape')
      await byId('add-columns').click()
      await byId('add-these-columns').click()
      await node('dense').waitFor()
      await draw('dense', 'concat')
      expect((await stored()).nodes.find(({ id }) => id === 'concat')).toMatchObject({
        inputs: {
          vectors: [
            ...(columns.dense.length > 0 ? ['dense'] : []),
            ...columns.sparse.map(({ name }) => name),
          ],
        },
      })

      await byId('palette-cross').click()
      await draw('concat', 'cross')
      await byId('palette-mlp').click()
      await draw('concat', 'mlp')
      await node('mlp').click()
      await setText('field-widths', '64-32')
      await byId('palette-concat').click()
      await node('concat_2').waitFor()
      await draw('cross', 'concat_2')
      await draw('mlp', 'concat_2')
      await byId('palette-mlp').click()
      await node('mlp_2').waitFor()
      await draw('concat_2', 'mlp_2')
      await node('mlp_2').click()
      await setText('field-widths', '1')
      await byId('field-outputActivation').selectOption('sigmoid')
      await draw('mlp_2', 'loss')
      await byId('lay-out').click()
      await byId('model-problems').waitFor({ state: 'detached' })
      expect(await seriousViolations(page)).toEqual([])

      const drawn = await storedLosses(page, await trainFromCanvas(page, config.epochs))
      expect(drawn.length).toBeGreaterThan(5)
      expect(drawn).toEqual(await lossesOfPreset())
    },
  )

  it('does the same with the keyboard alone', { timeout: 240_000 }, async () => {
    await emptyCanvas()
    await page.locator('.canvas').first().focus()
    const add = async (words: string, id: string) => {
      // Moves the focus out of a field, where keys are letters.
      await page.keyboard.press('Escape')
      await page.keyboard.press('a')
      await page.keyboard.type(words)
      await page.keyboard.press('Enter')
      await node(id).waitFor()
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-id')), { timeout: 10_000 })
        .toBe(id)
    }
    const press = async (testId: string) => {
      await byId(testId).focus()
      await page.keyboard.press('Enter')
    }
    /** Moves the focus into the chosen node. */
    const connectFrom = async (...sources: string[]) => {
      for (const source of sources) {
        await byId('connect-input').focus()
        await byId('connect-input').selectOption(source)
      }
    }
    const choose = async (id: string) => {
      await node(id).focus()
      await page.keyboard.press('Enter')
      await byId('node-id').waitFor()
    }
    const inputs = [...(columns.dense.length > 0 ? ['dense'] : []), ...columns.sparse.map(({ name }) => name)]
    await press('add-columns')
    await byId('add-these-columns').waitFor()
    await press('add-these-columns')
    await node(inputs.at(-1) ?? '').waitFor()
    await add('side by side vectors', 'concat')
    await connectFrom(...inputs)
    await add('cross layers', 'cross')
    await connectFrom('concat')
    await add('fully', 'mlp')
    await connectFrom('concat')
    await setText('field-widths', '64-32')
    await add('vectors side', 'concat_2')
    await connectFrom('cross', 'mlp')
    await add('fully', 'mlp_2')
    await connectFrom('concat_2')
    await setText('field-widths', '1')
    await byId('field-outputActivation').selectOption('sigmoid')
    await choose('loss')
    await connectFrom('mlp_2')
    await byId('model-problems').waitFor({ state: 'detached' })
    await byId('train-model').focus()
    await page.keyboard.press('Enter')
    await byId('run-dataset').waitFor()
    await setText('config-epochs', String(config.epochs))
    await press('start-run')
    await page.waitForURL(/#\/runs\/r-/)
    await runStatus(page, 'completed', 120_000)
    expect(await storedLosses(page, await idOf())).toEqual(await lossesOfPreset())
  })

  it('moves, duplicates and deletes with keys, which are listed', { timeout: 60_000 }, async () => {
    await emptyCanvas()
    await byId('palette-mlp').click()
    await node('mlp').waitFor()
    await node('mlp').focus()
    await page.keyboard.press('Enter')
    const before = (await stored()).nodes.find(({ id }) => id === 'mlp')?.position
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowDown')
    await expect
      .poll(async () => (await stored()).nodes.find(({ id }) => id === 'mlp')?.position, { timeout: 10_000 })
      .toEqual({ x: (before?.x ?? 0) + 10, y: (before?.y ?? 0) + 50 })
    await page.keyboard.press('Control+d')
    await node('mlp_2').waitFor()
    await page.keyboard.press('Delete')
    await node('mlp_2').waitFor({ state: 'detached' })
    await node('mlp').click()
    await page.keyboard.press('?')
    await page.getByText('Duplicate').waitFor()
    // The canvas receives the keys again while the list is still fading away.
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+s')
    await byId('version-name').waitFor()
    await page.keyboard.press('Escape')
    // Escape is meant for the dialog, and what is chosen on the canvas stays chosen.
    await byId('version-name').waitFor({ state: 'hidden' })
    expect(await page.locator('.vue-flow__node.selected').count()).toBe(1)
    await page.keyboard.press('?')
    await page.getByText('Duplicate').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await byId('command-search').waitFor()
    await page.keyboard.press('Escape')
  })
})

it.each(presetNames)(
  '%s stays byte for byte what it was when it is opened',
  { timeout: 60_000 },
  async (name) => {
    const document = presetDocument(name, columns)
    await openInDesigner(page, document, 'movielens-100k')
    await byId('lay-out').waitFor()
    expect(JSON.stringify(await stored())).toBe(JSON.stringify(document))
    expect(await page.locator('.vue-flow__node').count()).toBe(document.nodes.length)
  },
)

describe('a drawing', () => {
  it('is exported as the document that is stored', { timeout: 60_000 }, async () => {
    await emptyCanvas()
    const out = join(files, 'exported.json')
    await answerSaveDialog(running, out)
    await byId('save-picture').click()
    await byId('export-document').click()
    await page.getByText(`Written to ${out}`).waitFor()
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(await storedModel(page, await idOf()))
  })

  it('has the memory or the work of each node on its box', { timeout: 60_000 }, async () => {
    await emptyCanvas()
    await byId('add-columns').click()
    await byId('add-these-columns').click()
    const table = node(columns.sparse[0]?.name ?? '')
    await table.waitFor()
    const { cardinality } = columns.sparse[0]!
    const dimension = Number(/ × (\d+)/.exec((await table.textContent()) ?? '')?.[1])
    // Each number of a table and the two of Adam have four bytes.
    expect(await table.textContent()).toContain(formatBytes(cardinality * dimension * 4 * 3))
    await byId('boxes-show').getByText('Work').click()
    await expect.poll(() => table.textContent()).toMatch(/FLOP · .*B moved/)
    await byId('boxes-show').getByText('Memory').click()
  })
})

describe('an edit', () => {
  it('is undone and redone by name, after the page was left as well', { timeout: 60_000 }, async () => {
    await emptyCanvas()
    const first = await stored()
    await byId('palette-mlp').click()
    await node('mlp').waitFor()
    await setText('field-dropout', '0.5')
    const whole = await stored()
    const id = await idOf()
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
      await emptyCanvas()
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
    await emptyCanvas()
    await byId('palette-mlp').click()
    await node('mlp').waitFor()
    await node('mlp').click()
    const copied = await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      window.dispatchEvent(new ClipboardEvent('copy', { clipboardData, cancelable: true }))
      return clipboardData.getData('text/plain')
    })
    expect(JSON.parse(copied)).toMatchObject({ format: 'dlrm-studio-nodes', nodes: [{ id: 'mlp' }] })
    await emptyCanvas()
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
    await emptyCanvas()
    await byId('palette-mlp').click()
    await node('mlp').waitFor()
    await byId('palette-activation').click()
    await node('activation').waitFor()
    await byId('lay-out').click()
    await draw('mlp', 'activation')
    const before = await stored()
    await draw('activation', 'mlp')
    await page.getByText('would close a cycle').waitFor()
    expect(await stored()).toEqual(before)
    await node('mlp').click()
    await byId('node-id').fill('loss')
    await page.keyboard.press('Enter')
    await page.getByText('There is already a node loss').waitFor()
    expect(await stored()).toEqual(before)
  })

  it('is not lost when the engine is killed, nor what can be undone', { timeout: 120_000 }, async () => {
    await emptyCanvas()
    const id = await idOf()
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
