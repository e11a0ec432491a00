import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { movieLensColumns } from '../helpers/page-runs.ts'

let running: RunningApp
let page: Page
let document: ModelDocument
let table: string
const byId = (id: string): Locator => page.getByTestId(id)
const factsOf = async (id: string) => (await byId(id).textContent()) ?? ''

beforeAll(async () => {
  running = await launchApp()
  page = running.window
  document = presetDocument('dlrm', await movieLensColumns(page), {})
  table = document.nodes.find((node) => node.kind === 'embedding' && node.column === 'item_id')?.id ?? ''
})
afterAll(() => running.close())

describe('a table in the designer', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    await openInDesigner(page, document, 'movielens-100k')
    await canvasNode(page, table).click()
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
  await page.locator('.vue-flow__node[data-id="item_id"]').waitFor()
  const made = (await storedModel(page, id)).nodes
  expect(made.find(({ id }) => id === 'item_id')).toMatchObject({
    dimension: 38,
    compression: { kind: 'hash', rows: 1000 },
  })
  expect(await byId('total-parameters').textContent()).toContain(shown)
  await byId('undo').click()
  await page.locator('.vue-flow__node[data-id="item_id"]').waitFor({ state: 'detached' })
  expect(await page.locator('.vue-flow__node').count()).toBe(1)
})
