import type { Locator, Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { ModelDocument } from '../../main/model/document.ts'
import { openPage } from './page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

/** Saves a document as a new model through the page's own bridge and returns its id. */
export async function saveModel(page: Page, document: ModelDocument): Promise<string> {
  const saved = await page.evaluate(
    (made) => studio.request('models.save', { id: null, document: made }),
    document,
  )
  return saved.id
}

/** The box of a node on the canvas. */
export const canvasNode = (page: Page, id: string): Locator =>
  page.locator(`.vue-flow__node[data-id="${id}"]`)

/** Saves a document as a new model, opens it in the designer with the dataset, and returns its id. */
export async function openInDesigner(page: Page, document: ModelDocument, dataset = ''): Promise<string> {
  const id = await saveModel(page, document)
  // The nodes of another model would be taken for those of this one.
  await openPage(page, '/models')
  await page.locator('.vue-flow').waitFor({ state: 'detached' })
  await openPage(page, `/models/${id}/edit?data=${dataset}`)
  await page.locator('.vue-flow__node').first().waitFor()
  return id
}

/** The document of a model that is open in the designer, after every edit was stored in the database. */
export async function storedModel(page: Page, id: string): Promise<ModelDocument> {
  await page.locator('[data-testid=editor-state][data-state=saved]').waitFor()
  return (await page.evaluate((wanted) => studio.request('models.get', { id: wanted }), id)).document
}
