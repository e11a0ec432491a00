import type { Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { SampleOptions } from '../../main/contract/datasets.ts'
import type { RunStatus } from '../../main/contract/runs.ts'
import { defaultTrainingConfig, type TrainingConfig } from '../../main/contract/training.ts'
import type { BoundColumns } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { boundColumns } from '../../renderer/features/datasets/shared/bound-columns.ts'
import { until } from './until.ts'

/** Inside the page. */
declare const studio: StudioBridge

/** Installs a sample dataset through the page's own bridge, and waits until it is installed. */
export async function installSample(page: Page, options: SampleOptions): Promise<void> {
  const id = await page.evaluate(
    async (wanted) => (await studio.request('datasets.installSample', wanted)).job,
    options,
  )
  await until(`the sample ${options.name} is installed`, async () => {
    const { jobs } = await page.evaluate(() => studio.request('jobs.list', {}))
    const job = jobs.find(({ progress }) => progress.job === id)
    if (job?.error) throw new Error(job.error.message)
    return job?.outcome !== null && job !== undefined
  })
}

/** The columns that a model reads of an existing dataset. */
export const columnsOfDataset = async (page: Page, id: string): Promise<BoundColumns> =>
  boundColumns(await page.evaluate((wanted) => studio.request('datasets.show', { id: wanted }), id))

/** Installs MovieLens 100K and returns its columns. */
export async function movieLensColumns(page: Page): Promise<BoundColumns> {
  await installSample(page, { name: 'movielens-100k' })
  return columnsOfDataset(page, 'movielens-100k')
}

/** Starts a DLRM with the preset's own settings on an existing dataset and returns its run's id. */
export async function startDlrm(
  page: Page,
  dataset: string,
  name: string,
  changes: Partial<TrainingConfig> = {},
): Promise<string> {
  const request = {
    name,
    dataset,
    model: presetDocument('dlrm', await columnsOfDataset(page, dataset)),
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

/** Opens the list of runs with neither a filter nor a selection, whatever another test has left. */
export async function openRuns(page: Page): Promise<void> {
  await openPage(page, '/runs')
  await page.getByTestId('runs-filter').fill('')
  await page.getByTestId('run-row').first().waitFor()
  const clear = page.getByRole('button', { name: 'Clear', exact: true })
  if (await clear.isVisible()) await clear.click()
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
