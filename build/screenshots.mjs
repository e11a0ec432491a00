/**
 * Takes the pictures of README and docs: `npm run build`, then `node build/screenshots.mjs` (under xvfb-run if there is
 * no screen). Installs MovieLens 100K in a workspace of its own and trains three small models, all of them for real.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchApp } from '../test/helpers/app.ts'
import { installSample, openPage, runStatus, startDlrm } from '../test/helpers/page-runs.ts'
import { takeDesignerPictures } from './designer-pictures.mjs'
import { fromRoot } from './setup/paths.mjs'
import { onNode24 } from './setup/node24.mjs'
import { runScript, say } from './setup/say.mjs'

const WIDTH = 1440
const HEIGHT = 900
/** The whole gallery is shown. */
const GALLERY_HEIGHT = 1640
const TRAINING_MS = 300_000
const LONG = { timeout: TRAINING_MS }
const folder = fromRoot('docs', 'images')

/** The plan of a new run with four ranks, one table of which is pinned. */
async function takeRanksPicture(page) {
  await installSample(page, { name: 'criteo-synthetic', rows: 20_000 })
  await openPage(page, '/runs/new?data=criteo-synthetic')
  await page.getByTestId('advanced').click()
  await page.getByTestId('place-kind').getByText('Ranks on this machine').click()
  await page.getByTestId('config-ranks').fill('4')
  await page.locator('[data-testid=plan-rank][data-rank="3"]').waitFor()
  await page.locator('[data-testid=plan-rank][data-rank="0"] button').first().click()
  await page.getByTestId('plan-rank-choice').selectOption('2')
  await page.getByTestId('plan-pin').click()
  await page.locator('[data-testid=plan-rank][data-rank="2"] .pinned').waitFor()
  await page.getByTestId('plan-card').evaluate((card) => card.scrollIntoView())
  await picture(page, 'ranks')
}

async function takeScreenshots() {
  mkdirSync(folder, { recursive: true })
  const temporary = mkdtempSync(join(tmpdir(), 'pictures-'))
  const { app, window: page, close } = await launchApp({ workspace: join(temporary, 'movies') })
  try {
    await sizeWindow(app, HEIGHT)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.getByTestId('quick-start-button').waitFor()
    await picture(page, 'quick-start')
    await openPage(page, '/settings')
    await page.getByTestId('doctor-check').first().waitFor()
    await picture(page, 'settings')
    await openPage(page, '/')

    await page.getByTestId('quick-start-button').click()
    await page.waitForURL(/#\/runs\/r-/, LONG)
    const first = idOf(page)
    await runStatus(page, 'completed', TRAINING_MS)
    const others = []
    for (const [name, changes] of [
      ['Seed 1', { seed: 1 }],
      ['Batches of 1,024', { batchSize: 1024 }],
    ]) {
      others.push(await startDlrm(page, 'movielens-100k', name, changes))
      await openPage(page, `/runs/${others.at(-1)}`)
      await runStatus(page, 'completed', TRAINING_MS)
    }
    await openPage(page, `/runs/${first}`)
    await page.getByTestId('epoch-table').waitFor()
    await picture(page, 'run')
    await openPage(page, `/compare?ids=${[first, ...others].join(',')}`)
    await page.getByTestId('compare-metrics').waitFor()
    await picture(page, 'compare')
    const live = await startDlrm(page, 'movielens-100k', 'Seed 2, 2,000 epochs', {
      seed: 2,
      epochs: 2000,
      earlyStopping: null,
    })
    await openPage(page, '/runs')
    // The training takes long enough for something to be seen, because an epoch may otherwise be over before the page
    // is open.
    await page
      .locator(`[data-run=${live}] [data-testid=run-note]`, { hasText: /Epoch (\d\d+|[4-9]) of/ })
      .waitFor(LONG)
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await picture(page, 'runs')
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await openPage(page, '/')
    await page.getByTestId('tour-decline').click()
    await page.locator('[data-testid=home-running] polyline').waitFor()
    await picture(page, 'home')
    await openPage(page, '/datasets/movielens-100k')
    await picture(page, 'datasets')
    await openPage(page, '/models/new?preset=dlrm&data=movielens-100k')
    await picture(page, 'model')
    await takeDesignerPictures(app, page, picture)
    await openPage(page, '/models')
    await sizeWindow(app, GALLERY_HEIGHT)
    await page.locator('section', { has: page.getByTestId('preset-dlrm') }).scrollIntoViewIfNeeded()
    await picture(page, 'gallery')
    await sizeWindow(app, HEIGHT)
    await takeRanksPicture(page)
    await openPage(page, `/runs/${live}`)
    await page.getByTestId('stop-run').click()
    await runStatus(page, 'stopped')
  } finally {
    await close()
    rmSync(temporary, { recursive: true, force: true })
  }
}

const sizeWindow = (app, height) =>
  app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0].setContentSize(...size),
    [WIDTH, height],
  )

const idOf = (page) => page.url().split('/').at(-1)

async function picture(page, name) {
  // Charts and drawings settle a few frames after their data have arrived.
  await page.waitForTimeout(1000)
  await page.mouse.move(WIDTH - 1, HEIGHT - 1)
  await page.screenshot({ path: `${folder}/${name}.png` })
  say(`docs/images/${name}.png`)
}

const script = fileURLToPath(import.meta.url)
if (process.argv[1] === script && onNode24(script)) await runScript(takeScreenshots)
