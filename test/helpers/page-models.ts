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
  // Otherwise the wait for a node below would end at once with a node of the model that is open.
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

/** The id of the model that is open in the designer. */
export const openModelId = (page: Page): Promise<string> =>
  page.evaluate(() => location.hash.split('/')[2]?.split('?')[0] ?? '')

/** The stored document of the model that is open in the designer. */
export const openDocument = async (page: Page): Promise<ModelDocument> =>
  storedModel(page, await openModelId(page))

/** Opens a new model in the designer, which has nothing but its loss. */
export async function openEmptyCanvas(page: Page): Promise<void> {
  await openPage(page, '/models')
  await page.getByTestId('empty-canvas').click()
  await canvasNode(page, 'loss').waitFor()
}

/** Draws an edge with the mouse. */
export async function drawEdge(page: Page, from: string, to: string): Promise<void> {
  await page.getByTestId('fit-view').click()
  const start = await canvasNode(page, from).locator('.vue-flow__handle.source').boundingBox()
  const end = await canvasNode(page, to).boundingBox()
  if (!start || !end) throw new Error('A node is out of sight.')
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
  await page.mouse.down()
  await page.mouse.move(end.x + end.width / 3, end.y + end.height / 2, { steps: 8 })
  await page.mouse.up()
}

/** Fills a field of a form, whose test id is on its input or on an element around it. */
export const fillField = (page: Page, testId: string, text: string): Promise<void> =>
  page
    .getByTestId(testId)
    .locator('input')
    .or(page.locator(`input[data-testid="${testId}"]`))
    .first()
    .fill(text)
