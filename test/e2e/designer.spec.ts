import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { defaultTrainingConfig } from '../../main/contract/training.ts'
import type { BoundColumns } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { formatBytes } from '../../renderer/platform/units.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { answerSaveDialog } from '../helpers/dialogs.ts'
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
const stored = () => openDocument(page)

async function emptyCanvas(): Promise<void> {
  await openEmptyCanvas(page)
  await byId('model-dataset').selectOption('movielens-100k')
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
      await drawEdge(page, 'dense', 'concat')
      expect((await stored()).nodes.find(({ id }) => id === 'concat')).toMatchObject({
        inputs: {
          vectors: [
            ...(columns.dense.length > 0 ? ['dense'] : []),
            ...columns.sparse.map(({ name }) => name),
          ],
        },
      })

      await byId('palette-cross').click()
      await drawEdge(page, 'concat', 'cross')
      await byId('palette-mlp').click()
      await drawEdge(page, 'concat', 'mlp')
      await node('mlp').click()
      await fillField(page, 'field-widths', '64-32')
      await byId('palette-concat').click()
      await node('concat_2').waitFor()
      await drawEdge(page, 'cross', 'concat_2')
      await drawEdge(page, 'mlp', 'concat_2')
      await byId('palette-mlp').click()
      await node('mlp_2').waitFor()
      await drawEdge(page, 'concat_2', 'mlp_2')
      await node('mlp_2').click()
      await fillField(page, 'field-widths', '1')
      await byId('field-outputActivation').selectOption('sigmoid')
      await drawEdge(page, 'mlp_2', 'loss')
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
    await fillField(page, 'field-widths', '64-32')
    await add('vectors side', 'concat_2')
    await connectFrom('cross', 'mlp')
    await add('fully', 'mlp_2')
    await connectFrom('concat_2')
    await fillField(page, 'field-widths', '1')
    await byId('field-outputActivation').selectOption('sigmoid')
    await choose('loss')
    await connectFrom('mlp_2')
    await byId('model-problems').waitFor({ state: 'detached' })
    await byId('train-model').focus()
    await page.keyboard.press('Enter')
    await byId('run-dataset').waitFor()
    await fillField(page, 'config-epochs', String(config.epochs))
    await press('start-run')
    await page.waitForURL(/#\/runs\/r-/)
    await runStatus(page, 'completed', 120_000)
    expect(await storedLosses(page, await openModelId(page))).toEqual(await lossesOfPreset())
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

describe('a drawing', () => {
  it('is exported as the document that is stored', { timeout: 60_000 }, async () => {
    await emptyCanvas()
    const out = join(files, 'exported.json')
    await answerSaveDialog(running, out)
    await byId('save-picture').click()
    await byId('export-document').click()
    await page.getByText(`Written to ${out}`).waitFor()
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(await storedModel(page, await openModelId(page)))
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

const factsOf = async (id: string) => (await byId(id).textContent()) ?? ''

describe('a table in the designer', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    const document = presetDocument('dlrm', columns)
    await openInDesigner(page, document, 'movielens-100k')
    const table = document.nodes.find((each) => each.kind === 'embedding' && each.column === 'item_id')
    await node(table?.id ?? '').click()
  })

  it('shows its column’s values and how few of them most lookups go to', async () => {
    await expect.poll(() => factsOf('table-data')).toMatch(/Values1,650Table rows1,651/)
    expect(await factsOf('hash-facts')).toMatch(/Rows1,651.*no lookups/)
  })

  it('is hashed by a slider, which shows what that saves and costs, and is one edit to undo', async () => {
    await byId('hash-slider').focus()
    const before = await byId('total-parameters').textContent()
    for (let press = 0; press < 20; press++) await page.keyboard.press('ArrowLeft')
    await expect.poll(() => factsOf('hash-facts')).toMatch(/Rows7\d\d.*Share a row8\d(\.\d)? % of lookups/)
    await expect.poll(() => byId('total-parameters').textContent()).not.toBe(before)
    await page.locator('[data-testid=editor-state][data-state=saved]').waitFor()
    await byId('undo').click()
    await expect.poll(() => byId('total-parameters').textContent()).toBe(before)
    expect(await factsOf('hash-facts')).toMatch(/no lookups/)
  })

  it('shows what a minimum count would leave unknown', async () => {
    await byId('kept-slider').focus()
    for (let press = 0; press < 40; press++) await page.keyboard.press('ArrowLeft')
    await expect.poll(() => factsOf('kept-facts')).toMatch(/Unknown\d+(\.\d)? % of lookups.*about \d+/)
    expect(await seriousViolations(page)).toEqual([])
  })
})

it('adds all columns by one rule, with its cost before, as one edit', { timeout: 60_000 }, async () => {
  const start = { ...presetDocument('dlrm', { dense: ['a'], sparse: [] }), name: 'By a rule' }
  const nodes = start.nodes.filter(({ kind }) => kind === 'loss')
  const id = await openInDesigner(page, { ...start, nodes }, 'movielens-100k')
  await byId('add-columns').click()
  await byId('rule-widths').selectOption('root')
  await byId('rule-hash').fill('1000')
  await expect.poll(() => factsOf('columns-cost')).toMatch(/Tables\d+.*Parameters[\d,]+/)
  expect(await seriousViolations(page)).toEqual([])
  const shown = /Parameters([\d,]+)/.exec(await factsOf('columns-cost'))?.[1] ?? ''
  await byId('add-these-columns').click()
  await node('item_id').waitFor()
  const made = (await storedModel(page, id)).nodes
  expect(made.find(({ id }) => id === 'item_id')).toMatchObject({
    dimension: 38,
    compression: { kind: 'hash', rows: 1000 },
  })
  expect(await byId('total-parameters').textContent()).toContain(shown)
  await byId('undo').click()
  await node('item_id').waitFor({ state: 'detached' })
  expect(await page.locator('.vue-flow__node').count()).toBe(1)
})
