/**
 * Takes the pictures of the designer: a DLRM in the light and the dark theme, its problems, a thousand nodes, text of
 * 200 %, versions.
 */
import { writeFile } from 'node:fs/promises'
import { presetDocument } from '../main/model/presets/index.ts'
import { boundColumns } from '../renderer/features/datasets/shared/bound-columns.ts'
import { largeModel } from '../test/helpers/large-model.ts'
import { saveModel } from '../test/helpers/page-models.ts'
import { openPage } from '../test/helpers/page-runs.ts'
import { fromRoot } from './setup/paths.mjs'

const DATASET = 'movielens-100k'

export async function takeDesignerPictures(app, page, picture) {
  const manifest = await page.evaluate((id) => globalThis.studio.request('datasets.show', { id }), DATASET)
  const { dense, sparse } = boundColumns(manifest)
  const document = withSigmoid(presetDocument('dlrm', { dense, sparse }))
  const id = await open(page, document)
  const table = document.nodes.find(({ kind }) => kind === 'embedding').id
  await page.locator(`.vue-flow__node[data-id="${table}"]`).click()
  await picture(page, 'designer')
  await theme(page, 'dark')
  await picture(page, 'designer-dark')
  await theme(page, 'light')

  await page.keyboard.press('Control+s')
  await page.getByTestId('version-name').fill('As in the paper')
  await page.getByTestId('save-version').click()
  await page.getByTestId('version-row').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('field-dimension').fill('32')
  await page.getByTestId('model-problems').click()
  await page.getByTestId('problem-drawer').waitFor()
  await picture(page, 'designer-error')
  await page.locator('[data-testid=editor-state][data-state=saved]').waitFor()
  await openPage(page, `/models/${id}/edit?data=${DATASET}`)
  await page.getByTestId('versions').click()
  await page.getByRole('button', { name: 'Compare As in the paper' }).click()
  await page.getByTestId('changes').waitFor()
  await picture(page, 'versions')

  await open(page, largeModel(1000), '')
  await picture(page, 'designer-1000')

  await open(page, document)
  await zoom(app, 2)
  await page.waitForTimeout(1000)
  await page.getByTestId('fit-view').click()
  await page.waitForTimeout(1000)
  await writeFile(fromRoot('docs', 'images', 'designer-200.png'), Buffer.from(await captured(app), 'base64'))
  await zoom(app, 1)
}

/** The last activation is a node of its own. With the tables of movies the model has twelve nodes. */
function withSigmoid(preset) {
  const last = preset.nodes.find(({ id }) => id === 'top_l')
  const sigmoid = {
    id: 'click',
    kind: 'activation',
    inputs: { input: ['top_l'] },
    activation: last.outputActivation,
  }
  const nodes = preset.nodes.map((node) => {
    if (node.id === 'top_l') return { ...node, outputActivation: 'none' }
    return node.kind === 'loss' ? { ...node, inputs: { prediction: ['click'] } } : node
  })
  return { ...preset, name: 'DLRM of movies', nodes: [...nodes.slice(0, -1), sigmoid, ...nodes.slice(-1)] }
}

async function open(page, document, dataset = DATASET) {
  const id = await saveModel(page, document)
  await openPage(page, `/models/${id}/edit?data=${dataset}`)
  await page.locator(`.vue-flow__node[data-id="${document.nodes.at(-1).id}"]`).waitFor()
  await page.waitForTimeout(1000)
  await page.getByTestId('fit-view').click()
  return id
}

const theme = (page, colorScheme) => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })

const zoom = (app, factor) =>
  app.evaluate(
    ({ BrowserWindow }, value) => BrowserWindow.getAllWindows()[0].webContents.setZoomFactor(value),
    factor,
  )

/** The picture of the window itself as PNG in base64, because the page's own picture ignores the zoom. */
const captured = (app) =>
  app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0].webContents.capturePage()
    return image.toPNG().toString('base64')
  })
