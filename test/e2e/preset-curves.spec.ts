import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { presetDocument, presetNames } from '../../main/model/presets/index.ts'
import { boundColumns } from '../../renderer/features/datasets/shared/bound-columns.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { answerOf } from '../helpers/command-line.ts'
import { saveModel } from '../helpers/page-models.ts'
import { installSample, openPage, storedLosses, trainFromCanvas } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let page: Page

beforeAll(async () => {
  running = await launchApp()
  page = running.window
  await installSample(page, { name: 'movielens-100k' })
})
afterAll(async () => {
  await running.close()
})

it.each(presetNames)(
  '%s learns on the canvas to the last digit what it learns from the command line',
  { timeout: 120_000 },
  async (name) => {
    const manifest = await page.evaluate(() => studio.request('datasets.show', { id: 'movielens-100k' }))
    const document = presetDocument(name, boundColumns(manifest))
    const id = await saveModel(page, document)
    await openPage(page, `/models/${id}/edit?data=movielens-100k`)
    await page.locator(`.vue-flow__node[data-id="${document.nodes.at(-1)?.id}"]`).waitFor()
    const drawn = await storedLosses(page, await trainFromCanvas(page, 1))
    const words = ['train', name, '--data', 'movielens-100k', '--epochs', '1']
    const { run } = await answerOf<{ run: string }>(running.workspace, ...words)
    expect(drawn.length).toBeGreaterThan(5)
    expect(drawn).toEqual(await storedLosses(page, run))
  },
)
