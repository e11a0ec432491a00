import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { defaultTrainingConfig } from '../../main/contract/training.ts'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { movieLensColumns, openPage, runStatus } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let page: Page
let document: ModelDocument
let model: string
/** Id of a table. */
let zip: string
const byId = (id: string): Locator => page.getByTestId(id)
const node = (id: string) => canvasNode(page, id)
const stored = () => storedModel(page, model)

beforeAll(async () => {
  running = await launchApp()
  page = running.window
  document = presetDocument('dcnv2', await movieLensColumns(page), {})
  zip = document.nodes.find(({ label }) => label === 'zip_code')?.id ?? ''
})
afterAll(() => running.close())
beforeEach(async ({ task }) => {
  // A run belongs to the model whose document it has trained, so each test has its own document.
  model = await openInDesigner(page, { ...document, name: task.name.slice(0, 40) }, 'movielens-100k')
})

describe('versions of a model', { timeout: 120_000 }, () => {
  it('are saved under a name, compared in one drawing, and restored by an edit that can be undone', async () => {
    await page.keyboard.press('Control+s')
    await byId('version-name').fill('Before the change')
    await page.keyboard.press('Enter')
    await page.getByTestId('version-row').getByText('Before the change').waitFor()
    await page.keyboard.press('Escape')
    await byId('version-name').waitFor({ state: 'hidden' })
    const before = await stored()

    await node('deep').click()
    await byId('field-widths').fill('128-64')
    await node(zip).click()
    await page.keyboard.press('Delete')
    await node(zip).waitFor({ state: 'detached' })
    const after = await stored()

    await byId('versions').click()
    await page.getByRole('button', { name: 'Compare Before the change' }).click()
    const changes = byId('changes')
    await expect.poll(() => changes.textContent()).toMatch(/deep.*changed.*Layers: 64-32 → 128-64/)
    expect(await changes.textContent()).toMatch(/zip_code.*removed.*zip_code → features.*line removed/)
    expect(await node(zip).locator('.is-removed').count()).toBeGreaterThan(0)
    expect(await node('deep').locator('.is-changed').count()).toBeGreaterThan(0)
    expect(await node('cross').locator('.is-same').count()).toBe(1)
    expect(await seriousViolations(page)).toEqual([])

    await byId('restore').click()
    await node(zip).waitFor()
    expect(await stored()).toEqual(before)
    await byId('undo').click()
    await node(zip).waitFor({ state: 'detached' })
    expect(await stored()).toEqual(after)
  })

  it('are kept by runs, exactly as they were trained', async () => {
    const trained = await stored()
    const config = { ...defaultTrainingConfig, epochs: 1 }
    const run = await page.evaluate((body) => studio.request('runs.start', body as never), {
      name: 'first run',
      dataset: 'movielens-100k',
      model: trained,
      config,
    })
    await openPage(page, `/runs/${run.id}`)
    await runStatus(page, 'completed')
    await openPage(page, `/models/${model}/edit?data=movielens-100k`)
    await node('cross').click()
    await byId('field-layers').fill('1')
    await stored()
    const { document } = await page.evaluate(
      (id) => studio.request('models.version', { kind: 'run', id }),
      run.id,
    )
    expect(document).toEqual(trained)
    await page.keyboard.press('Escape')
    await byId('versions').click()
    await page.getByRole('button', { name: 'Compare first run' }).click()
    await expect.poll(() => byId('changes').textContent()).toMatch(/cross.*Layers: 3 → 1/)
  })

  it('are renamed and deleted, whatever their names', async () => {
    await byId('versions').click()
    const odd = '<b>ש‮</b> '.repeat(40).trim()
    await byId('version-name').fill(odd)
    await page.keyboard.press('Enter')
    const rows = page.locator('[data-testid=version-row][data-kind=named]')
    await expect.poll(() => rows.count()).toBe(1)
    await rows
      .first()
      .getByRole('button', { name: /^Rename/ })
      .click()
    await page.getByLabel('New name').fill('Plain')
    await page.keyboard.press('Enter')
    await rows.first().getByText('Plain').waitFor()
    await rows.first().getByRole('button', { name: 'Delete Plain' }).click()
    await page.getByTestId('answer-act').click()
    await expect.poll(() => rows.count()).toBe(0)
  })
})
