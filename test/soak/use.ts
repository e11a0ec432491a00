/** What a person does with the app in an hour or so, as fast as the window allows. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { appPages, settingsPage } from '../../main/contract/app-pages.ts'
import type { RunStatus } from '../../main/contract/runs.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import type { RunningApp } from '../helpers/app.ts'
import { clickRows } from '../helpers/click-rows.ts'
import { answerOpenDialog } from '../helpers/dialogs.ts'
import { fillField, canvasNode, openInDesigner, storedModel } from '../helpers/page-models.ts'
import { columnsOfDataset, openPage, runStatus, startDlrm } from '../helpers/page-runs.ts'
import { until } from '../helpers/until.ts'

/** Inside the page. */
declare const studio: StudioBridge

const IMPORTED = 'weekly-clicks'
const EDITS = 5

/** Opens every page, one after the other, and returns their number. */
async function openPages(page: Page): Promise<number> {
  const pages = [...appPages, settingsPage]
  for (const { path, key } of pages) {
    await openPage(page, path)
    await page.locator(`[data-testid=nav-${key}][aria-current=page]`).waitFor()
    await page.locator('main h1').first().waitFor()
  }
  return pages.length
}

async function importClicks(running: RunningApp, files: string): Promise<void> {
  const page = running.window
  const file = join(files, `${IMPORTED}.csv`)
  writeFileSync(
    file,
    clickRows(2000, (fields) => fields),
  )
  await openPage(page, '/import')
  await page.getByTestId('step-files').waitFor()
  const startOver = page.getByRole('button', { name: 'Start over' })
  if (await startOver.isVisible()) await startOver.click()
  await answerOpenDialog(running, file)
  await page.getByTestId('choose-files').click()
  await page.getByTestId('import-found').waitFor()
  await page.getByTestId('import-next').click()
  await page.getByTestId('role-table').waitFor()
  await page.getByTestId('import-next').click()
  await page.getByTestId('import-name').fill(IMPORTED)
  await page.getByTestId('import-start').click()
  await page.waitForURL(new RegExp(`#/datasets/${IMPORTED}`))
}

const untilStatus = (page: Page, id: string, wanted: RunStatus) =>
  until(`the run is ${wanted}`, async () => {
    const { status } = await page.evaluate((run) => studio.request('runs.show', { id: run }), id)
    return status === wanted
  })

/** Trains with a pause and a stop in between, on the run's page. Returns the run's id. */
async function trainWithPauses(page: Page, name: string): Promise<string> {
  const id = await startDlrm(page, IMPORTED, name, { epochs: 10_000, batchSize: 32, earlyStopping: null })
  const ask = (request: 'runs.pause' | 'runs.resume' | 'runs.stop') =>
    page.evaluate(([what, run]) => studio.request(what, { id: run }), [request, id] as const)
  await openPage(page, `/runs/${id}`)
  await runStatus(page, 'running')
  await ask('runs.pause')
  await runStatus(page, 'paused')
  await ask('runs.resume')
  await runStatus(page, 'running')
  await ask('runs.stop')
  await runStatus(page, 'stopped')
  await ask('runs.resume')
  await runStatus(page, 'running')
  await ask('runs.stop')
  await untilStatus(page, id, 'stopped')
  return id
}

/** Edits a model on the canvas, and undoes as much. Returns the model's id. */
async function editModel(page: Page): Promise<string> {
  const document = presetDocument('dlrm', await columnsOfDataset(page, IMPORTED))
  const id = await openInDesigner(page, document, IMPORTED)
  const table = document.nodes.find(({ kind }) => kind === 'embedding')
  if (!table) throw new Error('The preset has no table.')
  await canvasNode(page, table.id).click()
  for (let edit = 1; edit <= EDITS; edit++) {
    await fillField(page, 'field-dimension', String(8 * edit))
    await storedModel(page, id)
  }
  await page.keyboard.press('Escape')
  for (let edit = 1; edit <= EDITS; edit++) await page.keyboard.press('Control+z')
  await storedModel(page, id)
  return id
}

/** Deletes what this round has made, and empties the trash. */
async function deleteAll(page: Page, runs: readonly string[], model: string): Promise<void> {
  await openPage(page, '/runs')
  await page.evaluate(
    async ([ids, document, dataset]) => {
      for (const id of ids) await studio.request('runs.delete', { id })
      await studio.request('models.delete', { id: document })
      await studio.request('datasets.delete', { id: dataset, force: true })
      const { items } = await studio.request('trash.list', {})
      await studio.request('trash.delete', { items: items.map(({ kind, id }) => ({ kind, id })) })
    },
    [runs, model, IMPORTED] as const,
  )
}

/** One round, after which the workspace is as before. Returns how many things were done. */
export async function useOnce(running: RunningApp, files: string): Promise<number> {
  const page = running.window
  await importClicks(running, files)
  const runs = [await trainWithPauses(page, 'first'), await trainWithPauses(page, 'second')]
  await openPage(page, `/compare?ids=${runs.join(',')}`)
  await page.getByTestId('compare-metrics').waitFor()
  const model = await editModel(page)
  const pages = await openPages(page)
  await deleteAll(page, runs, model)
  const ofRuns = 6 * runs.length
  const ofModel = 1 + 2 * EDITS
  const deletions = runs.length + 3
  return 1 + ofRuns + 1 + ofModel + pages + deletions
}
