import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { BoundColumns } from '../../main/model/document.ts'
import { presetDocument, presetNames } from '../../main/model/presets/index.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { answerOf } from '../helpers/command-line.ts'
import { openInDesigner, storedModel } from '../helpers/page-models.ts'
import { movieLensColumns, storedLosses, trainFromCanvas } from '../helpers/page-runs.ts'

let running: RunningApp
let page: Page
let columns: BoundColumns

beforeAll(async () => {
  running = await launchApp()
  page = running.window
  columns = await movieLensColumns(page)
})
afterAll(() => running.close())

it.each(presetNames)(
  '%s stays byte for byte what it was when it is opened on the canvas',
  { timeout: 60_000 },
  async (name) => {
    const document = presetDocument(name, columns)
    const id = await openInDesigner(page, document, 'movielens-100k')
    await page.getByTestId('lay-out').waitFor()
    expect(JSON.stringify(await storedModel(page, id))).toBe(JSON.stringify(document))
    expect(await page.locator('.vue-flow__node').count()).toBe(document.nodes.length)
  },
)

it.each(presetNames)(
  '%s learns on the canvas to the last digit what it learns from the command line',
  { timeout: 120_000 },
  async (name) => {
    await openInDesigner(page, presetDocument(name, columns), 'movielens-100k')
    const drawn = await storedLosses(page, await trainFromCanvas(page, 1))
    const words = ['train', name, '--data', 'movielens-100k', '--epochs', '1']
    const { run } = await answerOf<{ run: string }>(running.workspace, ...words)
    expect(drawn.length).toBeGreaterThan(5)
    expect(drawn).toEqual(await storedLosses(page, run))
  },
)
