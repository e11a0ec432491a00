import type { Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { SampleOptions } from '../../main/contract/datasets.ts'
import type { RunStatus } from '../../main/contract/runs.ts'
import { defaultTrainingConfig, type TrainingConfig } from '../../main/contract/training.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { boundColumns } from '../../renderer/features/datasets/shared/bound-columns.ts'

/** Inside the page. */
declare const studio: StudioBridge

/** Installs a sample dataset through the page's own bridge, and waits until it is installed. */
export function installSample(page: Page, options: SampleOptions): Promise<void> {
  return page.evaluate(async (asked) => {
    const { job } = await studio.request('datasets.installSample', asked)
    for (;;) {
      const { jobs } = await studio.request('jobs.list', {})
      const found = jobs.find(({ progress }) => progress.job === job)
      if (found?.error) throw new Error(found.error.message)
      if (found?.outcome) return
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }, options)
}

/** Starts a DLRM with the preset's own settings on an existing dataset and returns its run's id. */
export async function startDlrm(
  page: Page,
  dataset: string,
  name: string,
  changes: Partial<TrainingConfig> = {},
): Promise<string> {
  const manifest = await page.evaluate((id) => studio.request('datasets.show', { id }), dataset)
  const request = {
    name,
    dataset,
    model: presetDocument('dlrm', boundColumns(manifest)),
    config: { ...defaultTrainingConfig, ...changes },
  }
  const { id } = await page.evaluate((body) => studio.request('runs.start', body), request)
  return id
}

/** Opens a page of the app by its route. */
export async function openPage(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, `#${route}`)
}

/** Resolves when the run on screen has the status. */
export function runStatus(page: Page, status: RunStatus, timeout = 60_000): Promise<void> {
  return page.locator(`[data-testid=run-status][data-status=${status}]`).waitFor({ timeout })
}

/** Trains the model on the canvas with the form's settings except for the epochs, and returns the run's id. */
export async function trainFromCanvas(page: Page, epochs: number): Promise<string> {
  await page.getByTestId('train-model').click()
  await page.getByTestId('run-dataset').waitFor()
  await page
    .locator('[data-testid=config-epochs] input, input[data-testid=config-epochs]')
    .fill(String(epochs))
  await page.getByTestId('start-run').click()
  await page.waitForURL(/#\/runs\/r-/)
  await runStatus(page, 'completed', 120_000)
  return page.evaluate(() => location.hash.split('/')[2]?.split('?')[0] ?? '')
}

/** The stored training losses of a run, one for every tenth step. */
export async function storedLosses(page: Page, id: string): Promise<number[]> {
  const { points } = await page.evaluate(
    (run) => studio.request('runs.metrics', { id: run, after: 0, limit: 10_000 }),
    id,
  )
  return points.filter(({ series }) => series === 'train/loss').map(({ value }) => value)
}
