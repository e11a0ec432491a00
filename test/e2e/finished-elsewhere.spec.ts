import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { installSample, openPage, startDlrm } from '../helpers/page-runs.ts'

const LONG = { timeout: 60_000 }

let running: RunningApp
const byId = (id: string): Locator => running.window.getByTestId(id)
const notice = (text: string): Locator => running.window.locator('.notice-finished', { hasText: text })

/** Collects the desktop's notifications, which a screen without a desktop cannot show. */
const onDesktop = () => running.app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)

beforeAll(async () => {
  running = await launchApp()
  running.window.setDefaultTimeout(15_000)
  await running.app.evaluate(({ BrowserWindow, Notification }) => {
    const shown: string[] = []
    Object.assign(globalThis, { shown })
    Notification.isSupported = () => true
    Notification.prototype.show = function () {
      shown.push(`${this.title} ${this.body}`)
    }
    const [window] = BrowserWindow.getAllWindows()
    window!.isFocused = () => false
  })
})
afterAll(() => running.close())

it('An import that finishes while another page is open is announced, and marked until it is seen', async () => {
  await openPage(running.window, '/settings')
  await byId('theme').waitFor()
  await installSample(running.window, { name: 'criteo-synthetic', rows: 5000 })
  await notice('Dataset ready').waitFor(LONG)
  expect(await notice('Dataset ready').innerText()).toContain('criteo-synthetic: 5,000 rows')
  expect(await byId('news-datasets').innerText()).toContain('1')
  expect(await seriousViolations(running.window)).toEqual([])
  await byId('nav-datasets').click()
  await byId('news-datasets').waitFor({ state: 'detached' })
})

it('A run that finishes while another page is open is announced in the window and on the desktop, with a link to its page', async () => {
  await running.window.evaluate(() => (document.hasFocus = () => false))
  await openPage(running.window, '/models')
  const id = await startDlrm(running.window, 'criteo-synthetic', 'In the background', { epochs: 2 })
  await notice('Training finished').waitFor(LONG)
  expect(await notice('Training finished').innerText()).toMatch(/In the background\. Test AUC 0\.\d{4}/)
  expect(await byId('news-runs').innerText()).toContain('1')
  await expect.poll(onDesktop).toContainEqual(expect.stringMatching(/^Training finished In the background/))
  await notice('Training finished').click()
  await running.window.waitForURL(new RegExp(`#/runs/${id}$`))
  await byId('news-runs').waitFor({ state: 'detached' })
})

it('A run that one watches, or stops oneself, is no news', async () => {
  const watched = await startDlrm(running.window, 'criteo-synthetic', 'Watched', { epochs: 1 })
  await openPage(running.window, `/runs/${watched}`)
  await running.window.locator('[data-testid=run-status][data-status=completed]').waitFor(LONG)
  const stopped = await startDlrm(running.window, 'criteo-synthetic', 'Stopped', {
    epochs: 100_000,
    earlyStopping: null,
  })
  await openPage(running.window, `/runs/${stopped}`)
  await byId('stop-run').click()
  await openPage(running.window, '/datasets')
  await running.window.waitForTimeout(2500)
  expect(await byId('news-runs').count()).toBe(0)
  expect(await notice('Watched').count()).toBe(0)
})

it('Runs that ended before the window was opened are no news', async () => {
  const other = await launchPrepared((workspace) => addFinishedRuns(workspace, { count: 5 }))
  try {
    await other.window.getByTestId('nav-runs').filter({ hasText: '5' }).waitFor(LONG)
    await other.window.waitForTimeout(500)
    expect(await other.window.locator('.notice-finished').count()).toBe(0)
    expect(await other.window.getByTestId('news-runs').count()).toBe(0)
  } finally {
    await other.close()
  }
})
