import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import type { RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { installSample, openPage, startDlrm } from '../helpers/page-runs.ts'
import { smallTraining } from '../helpers/small-training.ts'

/** Inside the page. */
declare const studio: StudioBridge

const LONG = { timeout: 60_000 }
/** The dataset of the runs, which is in the workspace before the window is opened. */
const DATASET = 'clicks'

let running: RunningApp
const byId = (id: string): Locator => running.window.getByTestId(id)
const notice = (text: string): Locator => running.window.locator('.notice-finished', { hasText: text })

/** Collects the desktop's notifications, which a screen without a desktop cannot show. */
const onDesktop = () => running.app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)

beforeAll(async () => {
  running = await launchPrepared(smallTraining)
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
  await running.window.evaluate(() => (document.hasFocus = () => false))
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
  await openPage(running.window, '/models')
  const id = await startDlrm(running.window, DATASET, 'In the background', { epochs: 2 })
  await notice('In the background').waitFor(LONG)
  expect(await notice('In the background').innerText()).toMatch(/In the background\. Test AUC 0\.\d{4}/)
  expect(await byId('news-runs').innerText()).toContain('1')
  await expect.poll(onDesktop).toContainEqual(expect.stringMatching(/^Training finished In the background/))
  await notice('In the background').click()
  await running.window.waitForURL(new RegExp(`#/runs/${id}$`))
  await byId('news-runs').waitFor({ state: 'detached' })
})

it('A run that one watches, or stops oneself, is no news', async () => {
  const watched = await startDlrm(running.window, DATASET, 'Watched', { epochs: 1 })
  await openPage(running.window, `/runs/${watched}`)
  await running.window.locator('[data-testid=run-status][data-status=completed]').waitFor(LONG)
  const stopped = await startDlrm(running.window, DATASET, 'Stopped', {
    epochs: 100_000,
    earlyStopping: null,
  })
  await openPage(running.window, `/runs/${stopped}`)
  await byId('stop-run').click()
  await openPage(running.window, '/datasets')
  // News of another run comes after those that the two would have made.
  await startDlrm(running.window, DATASET, 'News', { epochs: 1 })
  await notice('News').waitFor(LONG)
  expect(await byId('news-runs').innerText()).toContain('1')
  expect(await notice('Watched').count()).toBe(0)
  expect(await notice('Stopped').count()).toBe(0)
  await notice('News').click()
  await byId('news-runs').waitFor({ state: 'detached' })
})

it('The desktop is told what the settings say', async () => {
  const told = (notifications: 'always' | 'background' | 'off', focused: boolean) =>
    running.app
      .evaluate(({ BrowserWindow }, now) => {
        BrowserWindow.getAllWindows()[0]!.isFocused = () => now
      }, focused)
      .then(() =>
        running.window.evaluate(async (choice) => {
          await studio.request('settings.changePerson', { notifications: choice })
          return studio.notify('Told', choice)
        }, notifications),
      )
  expect(await told('off', false)).toBe(false)
  expect(await told('background', true)).toBe(false)
  expect(await told('background', false)).toBe(true)
  expect(await told('always', true)).toBe(true)
})

it('Runs that ended before the window was opened are no news', async () => {
  const other = await launchPrepared((workspace) => addFinishedRuns(workspace, { count: 5 }))
  try {
    await other.window.getByTestId('nav-runs').filter({ hasText: '5' }).waitFor(LONG)
    await other.window.getByTestId('nav-runs').click()
    await expect.poll(() => other.window.getByTestId('run-row').count()).toBe(5)
    expect(await other.window.locator('.notice-finished').count()).toBe(0)
    expect(await other.window.getByTestId('news-runs').count()).toBe(0)
  } finally {
    await other.close()
  }
})
