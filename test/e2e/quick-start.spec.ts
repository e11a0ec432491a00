import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { violationsInBothThemes } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { once } from '../helpers/once.ts'
import { openPage, openRuns, runStatus, startDlrm } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

/** Downloads the data if this user's cache has none, and trains to the end on any number of cores. */
const WHOLE_TRAINING_MS = 170_000
const MOVIELENS = 'movielens-100k'

let running: RunningApp
let page: Page
let firstPage: string

beforeAll(async () => {
  running = await launchApp()
  page = running.window
  page.setDefaultTimeout(30_000)
  await byId('quick-start-button').waitFor()
  firstPage = page.url()
})
afterAll(() => running.close())

const byId = (id: string) => page.getByTestId(id)
const pointsOf = async (chart: string) => Number(await byId(chart).getAttribute('data-points'))

/** The number of points in the next three events of a run. */
const reportedPoints = (id: string): Promise<number> =>
  page.evaluate(
    (run) =>
      new Promise((resolve) => {
        const counts: number[] = []
        const end = studio.subscribe((event) => {
          if (event.kind !== 'run' || event.id !== run) return
          if (counts.push(event.points.length) < 3) return
          end()
          resolve(counts.reduce((sum, count) => sum + count))
        })
      }),
    id,
  )

const expectAccessible = async () => expect(await violationsInBothThemes(page)).toEqual([])

/** The run of the quick start, and what the pane said of it while it trained. */
const quickStart = once(async () => {
  await openPage(page, '/')
  await byId('quick-start-button').click()
  await page.waitForURL(/#\/runs\/r-/, { timeout: WHOLE_TRAINING_MS })
  await page.waitForFunction(
    () => {
      const points = document.querySelector('[data-testid=loss-chart]')?.getAttribute('data-points')
      return Number(points) >= 3 && document.querySelector('[data-testid=run-progress]') !== null
    },
    undefined,
    { timeout: 60_000 },
  )
  const active = await byId('runs-active').innerText()
  await runStatus(page, 'completed', WHOLE_TRAINING_MS)
  return { id: page.url().split('/').at(-1) ?? '', active }
})

const openQuickStartRun = async () => openPage(page, `/runs/${(await quickStart()).id}`)

/** A run that has another seed than that of the quick start. */
const secondRun = once(async () => {
  await quickStart()
  const id = await startDlrm(page, MOVIELENS, 'Second, other seed', { seed: 1, epochs: 1 })
  await openPage(page, `/runs/${id}`)
  await runStatus(page, 'completed')
  return id
})

describe('the quick start', { timeout: 2 * WHOLE_TRAINING_MS }, () => {
  it('is what a new workspace shows', async () => {
    expect(firstPage).toMatch(/#\/$/)
    await openPage(page, '/')
    expect(await byId('licence-notice').innerText()).toContain('GroupLens')
    await expectAccessible()
    await byId('quick-start-synthetic-clicks').click()
    expect(await byId('licence-notice').innerText()).toContain('synthetic')
    expect(await byId('quick-start-button').innerText()).toContain('Make clicks up')
    await byId('quick-start-movielens-100k').click()
  })

  it('installs MovieLens and trains a DLRM with one click, with live curves, and ends on the result page', async () => {
    expect((await quickStart()).active).toContain('Quick start')
    await openQuickStartRun()
    expect(Number(await byId('result-test-auc').getAttribute('data-value'))).toBeGreaterThan(0.75)
    const epochs = await byId('epoch-table').locator('tbody tr').count()
    expect(epochs).toBeGreaterThan(1)
    expect(await pointsOf('auc-chart')).toBe(epochs)
    expect(await byId('run-progress').count()).toBe(0)
  })

  it('shows every section of the run', async () => {
    await openQuickStartRun()
    await expectAccessible()
    for (const [tab, text] of [
      ['settings', 'Adam'],
      ['model', 'user_id'],
      ['quantisation', 'Quantised inference'],
      ['log', 'best so far'],
      ['checkpoints', '.safetensors'],
    ] as const) {
      await byId(`tab-${tab}`).click()
      await page.locator(`#panel-${tab}`, { hasText: text }).waitFor()
      await expectAccessible()
    }
  })

  it('measures what predicting in fewer bits does', async () => {
    await openQuickStartRun()
    await byId('tab-quantisation').click()
    await byId('measure-quantisation').click()
    const rows = byId('quantisation-table').locator('tbody tr')
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(7)
    expect(await rows.nth(6).innerText()).toMatch(/int4 \/ int8\s+0\.7/)
    await expectAccessible()
  })

  it('leaves a run in the list', async () => {
    await quickStart()
    await openRuns(page)
    const row = byId('run-row').filter({ hasText: 'Quick start' })
    expect(await row.innerText()).toMatch(/Completed[\s\S]*movielens-100k/)
    await expectAccessible()
  })
})

describe('another run', { timeout: 2 * WHOLE_TRAINING_MS }, () => {
  it('can be paused, resumed, stopped and resumed again, and reports points only to its page', async () => {
    await quickStart()
    const id = await startDlrm(page, MOVIELENS, 'Third, stopped', { epochs: 1000, earlyStopping: null })
    await openPage(page, `/runs/${id}`)
    await runStatus(page, 'running')
    await byId('pause-run').click()
    await runStatus(page, 'paused')
    await byId('resume-run').click()
    await runStatus(page, 'running')
    expect(await reportedPoints(id)).toBeGreaterThan(0)
    await openPage(page, '/runs')
    await byId('run-row').first().waitFor()
    await expect.poll(() => reportedPoints(id), { timeout: 30_000 }).toBe(0)
    await openPage(page, `/runs/${id}`)
    await byId('stop-run').click()
    await runStatus(page, 'stopped')
    expect(await byId('run-state-notice').innerText()).toContain('last checkpoint')
    const before = await pointsOf('loss-chart')
    await byId('resume-run').click()
    await runStatus(page, 'running')
    await page.waitForFunction(
      (count) =>
        Number(document.querySelector('[data-testid=loss-chart]')?.getAttribute('data-points')) > count + 2,
      before,
    )
    await page.locator('[data-testid=epoch-table] tbody tr').first().waitFor({ timeout: 60_000 })
    await byId('stop-run').click()
    await runStatus(page, 'stopped')
  })

  it('is live on the home page, where it can be paused, stopped and resumed', async () => {
    await quickStart()
    const id = await startDlrm(page, MOVIELENS, 'Third, from home', { epochs: 1000, earlyStopping: null })
    await openPage(page, '/')
    const card = page.locator(`[data-testid=home-running][data-run="${id}"]`)
    await card.locator('polyline').waitFor()
    const drawn = () => card.locator('polyline').getAttribute('points')
    const before = await drawn()
    await expect.poll(drawn).not.toBe(before)
    await expectAccessible()
    await card.getByTestId('home-pause').click()
    await card.getByTestId('home-resume').waitFor()
    await card.getByTestId('home-resume').click()
    await card.getByTestId('home-pause').waitFor()
    await card.getByTestId('home-stop').click()
    await card.waitFor({ state: 'detached' })
    const stopped = byId('home-resumable').locator(`[data-run="${id}"]`)
    await stopped.getByTestId('home-resume-run').click()
    await card.getByTestId('home-stop').click()
    await card.waitFor({ state: 'detached' })
    await stopped.filter({ hasText: 'Stopped' }).waitFor()
    expect(await stopped.locator('svg.curve').getAttribute('aria-label')).toMatch(
      /^Training loss from 0\.\d+ to 0\./,
    )
    expect(await byId('next-steps').innerText()).toContain('Quick start')
  })

  it('keeps notes and tags, by which it is found', async () => {
    await openPage(page, `/runs/${await secondRun()}`)
    await byId('add-tag').fill('second try')
    await byId('add-tag').press('Enter')
    await byId('run-notes').fill('Another seed.')
    await byId('run-notes').blur()
    await openRuns(page)
    await byId('runs-filter').fill('tag:"second try" status:completed')
    await byId('runs-count')
      .filter({ hasText: /1 of \d runs/ })
      .waitFor()
    expect(await byId('run-row').textContent()).toContain('Second, other seed')
    await byId('runs-filter').fill('colour:red')
    await page.getByText('is not a field of a run').waitFor()
  })

  it('is compared with the first', async () => {
    await secondRun()
    await openRuns(page)
    for (const name of ['Quick start', 'Second, other seed'])
      await byId('run-row').filter({ hasText: name }).locator('.pick').click()
    await byId('compare-selected').click()
    await byId('compare-metrics').waitFor()
    expect(await byId('compared-run').count()).toBe(2)
    expect(await byId('verdict').innerText()).toMatch(/test rows/)
    expect(await byId('compare-settings').innerText()).toContain('config.seed')
    expect(await byId('compare-settings').innerText()).not.toContain('config.batchSize')
    await byId('which-settings').getByText('All (').click()
    expect(await byId('compare-settings').innerText()).toContain('config.batchSize')
    await expectAccessible()
  })
})

describe('the table of runs', { timeout: 2 * WHOLE_TRAINING_MS }, () => {
  it('is moved in, selected and sorted with the keyboard', async () => {
    await quickStart()
    await openRuns(page)
    await byId('sort-name').click()
    await byId('runs-table').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await page.getByText('1 selected').waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/#\/runs\/r-/)
    expect(await page.locator('h1').innerText()).toBe('Quick start')
    await openPage(page, '/runs')
    expect(await byId('run-row').first().innerText()).toContain('Quick start')
  })
})

describe('the settings', () => {
  it('show what the machine has, and change the theme', async () => {
    await byId('nav-settings').click()
    await byId('doctor-check').first().waitFor()
    expect(await byId('workspace-path').innerText()).toBe(running.workspace)
    await expectAccessible()
    await page.emulateMedia({ colorScheme: 'light' })
    await byId('theme').getByText('Dark').click()
    await page.locator('html.dark').waitFor()
    await byId('theme').getByText('Match system').click()
    await page.locator('html:not(.dark)').waitFor()
  })

  it('apply at once to pages, numbers and new runs, are found in the palette, and can be reset', async () => {
    await openPage(page, '/settings')
    await byId('density').getByText('Compact').click()
    await page.locator('html.compact').waitFor()
    await byId('decimal').getByText('0,5').click()
    await page.getByText('1.234.567').waitFor()
    await byId('epochs').fill('7')
    await byId('reset-epochs').waitFor()
    await byId('tables.learningRate').fill('0,25')
    await byId('reset-tables.learningRate').waitFor()
    await expectAccessible()
    await page.keyboard.press('Control+k')
    await byId('command-search').fill('early stopping')
    expect(await byId('command-results').getByRole('option').first().innerText()).toContain('Early stopping')
    await page.keyboard.press('Enter')
    await page.waitForURL(/show=earlyStopping\.patience/)
    await expect.poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Early stopping')

    await quickStart()
    await openPage(page, '/runs/new')
    await expect.poll(() => byId('config-epochs').inputValue()).toBe('7')
    expect(await byId('config-tables.learningRate').inputValue()).toBe('0,25')
    await openPage(page, '/settings')
    for (const section of ['appearance', 'formats', 'runs']) await byId(`reset-all-${section}`).click()
    await page.locator('html:not(.compact)').waitFor()
    await page.getByText('1,234,567').waitFor()
    await byId('reset-all-runs').waitFor({ state: 'detached' })
    expect(await byId('epochs').inputValue()).toBe('20')
  })
})
