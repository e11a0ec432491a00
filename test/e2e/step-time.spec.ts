import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { defaultTrainingConfig } from '../../main/contract/training.ts'
import type { ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { once } from '../helpers/once.ts'
import { saveModel } from '../helpers/page-models.ts'
import { movieLensColumns, openPage, runStatus } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let page: Page
let document: ModelDocument
let model: string
const byId = (id: string): Locator => page.getByTestId(id)
const milliseconds = (text: string | null) => Number(/([\d.]+) ms/.exec(text ?? '')?.[1])

beforeAll(async () => {
  running = await launchApp()
  page = running.window
  document = presetDocument('dcnv2', await movieLensColumns(page), {})
  model = await saveModel(page, document)
})
afterAll(() => running.close())

const machineMeasured = once(async () => {
  await openPage(page, `/models/${model}/edit`)
  await byId('step-time-toggle').click()
  await byId('measure-machine').click()
  await byId('stop-measuring').click()
  await byId('measure-machine').click()
  await byId('step-time').waitFor({ timeout: 240_000 })
})

/** Opens the model with the predicted times, for batches of 256. */
async function openMeasured(): Promise<void> {
  await machineMeasured()
  await openPage(page, '/models')
  await openPage(page, `/models/${model}/edit`)
  await byId('step-time').waitFor()
  await byId('step-batch-size').fill('256')
}

describe('the time of a step', { timeout: 300_000 }, () => {
  it('is shown after this machine was measured, which can be stopped', async () => {
    await openMeasured()
    expect(milliseconds(await byId('step-time').textContent())).toBeGreaterThan(0)
    expect(await byId('epoch-time').textContent()).toMatch(/≈ .+s$/)
  })

  it('follows the batch size, and every box shows its share', async () => {
    await openMeasured()
    const before = milliseconds(await byId('step-time').textContent())
    await byId('step-batch-size').fill('4096')
    await expect
      .poll(async () => milliseconds(await byId('step-time').textContent()))
      .toBeGreaterThan(4 * before)
    await byId('boxes-show').getByText('Times').click()
    const box = byId('node-cross')
    await expect.poll(() => box.textContent()).toMatch(/≈ [\d.]+ ms/)
    await box.click()
    expect(await byId('node-costs').textContent()).toMatch(/Predicted time≈ [\d.]+ ms/)
    expect(await byId('node-costs').textContent()).toMatch(/To train.+Bytes moved/)
    await byId('step-batch-size').fill('256')
    expect(await seriousViolations(page)).toEqual([])
  })

  it('that a run took stands beside the prediction, on the canvas and on the run’s page', async () => {
    await machineMeasured()
    // The test has its own model, because the canvas shows a measured time for each model like the run's.
    const nodes = document.nodes.map((node) => (node.id === 'deep' ? { ...node, widths: [48] } : node))
    const trained = { ...document, name: 'Trained', nodes } as ModelDocument
    const own = await saveModel(page, trained)
    const run = await page.evaluate((body) => studio.request('runs.start', body), {
      name: 'measured',
      dataset: 'movielens-100k',
      model: trained,
      config: { ...defaultTrainingConfig, epochs: 1 },
    })
    await openPage(page, `/runs/${run.id}?tab=model`)
    await runStatus(page, 'completed')
    await openPage(page, '/runs')
    await openPage(page, `/runs/${run.id}?tab=model`)
    await expect
      .poll(() => byId('run-step-time').textContent())
      .toMatch(/took [\d.]+ ms .* predicted: [\d.]+ ms/)
    expect(await page.getByRole('columnheader', { name: 'Predicted' }).count()).toBe(1)
    await openPage(page, `/models/${own}/edit`)
    await expect
      .poll(() => byId('step-time').textContent(), { timeout: 10_000 })
      .toMatch(/ms measured, ≈ [\d.]+ ms/)
    expect(await byId('epoch-time').textContent()).toContain('by the measured step')
    await byId('boxes-show').getByText('Times').click()
    await expect.poll(() => byId('node-cross').textContent()).toMatch(/[\d.]+ ms \(≈ [\d.]+ ms\)/)
  })
})
