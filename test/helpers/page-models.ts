import type { Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { ModelDocument } from '../../main/model/document.ts'

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

/** The document of a model that is open in the designer, after every edit was stored in the database. */
export async function storedModel(page: Page, id: string): Promise<ModelDocument> {
  await page.locator('[data-testid=editor-state][data-state=saved]').waitFor()
  return (await page.evaluate((wanted) => studio.request('models.get', { id: wanted }), id)).document
}
