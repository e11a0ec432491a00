import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { installSample, openPage } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let run: string
const byId = (id: string): Locator => running.window.getByTestId(id)
const storedNotes = () =>
  running.window.evaluate(async (id) => (await studio.request('runs.show', { id })).notes, run)

beforeAll(async () => {
  running = await launchPrepared((workspace) => {
    run = addFinishedRuns(workspace, { count: 2 })[0]!
  })
  running.window.setDefaultTimeout(15_000)
  await installSample(running.window, { name: 'criteo-synthetic', rows: 1000 })
})
afterAll(() => running.close())

it('Notes typed on a run are stored when another page is opened at once, and after a pause', async () => {
  await openPage(running.window, `/runs/${run}`)
  await byId('run-notes').fill('Half a thought')
  await byId('nav-models').click()
  await expect.poll(storedNotes).toBe('Half a thought')
  await openPage(running.window, `/runs/${run}`)
  await expect.poll(() => byId('run-notes').inputValue()).toBe('Half a thought')
  await byId('run-notes').fill('A whole thought')
  await expect.poll(() => byId('notes-state').innerText()).toBe('Draft')
  await expect.poll(storedNotes).toBe('A whole thought')
  await expect.poll(() => byId('notes-state').innerText()).toBe('')
  expect(await byId('run-notes').inputValue()).toBe('A whole thought')
})

it('What was entered for a new run comes back as a draft, until it is thrown away', async () => {
  await openPage(running.window, '/runs/new')
  const epochs = byId('config-epochs')
  await epochs.waitFor()
  await expect.poll(() => epochs.inputValue()).toBe('20')
  await epochs.fill('77')
  await byId('run-name').fill('A careful run')
  await byId('nav-datasets').click()
  await byId('import-button').waitFor()
  await openPage(running.window, '/runs/new')
  await byId('draft-notice').waitFor()
  expect(await epochs.inputValue()).toBe('77')
  expect(await byId('run-name').inputValue()).toBe('A careful run')

  await byId('draft-start-over').click()
  await expect.poll(() => epochs.inputValue()).toBe('20')
  expect(await byId('run-name').inputValue()).toBe('')
  expect(await byId('draft-notice').count()).toBe(0)
  await byId('nav-datasets').click()
  await openPage(running.window, '/runs/new')
  await epochs.waitFor()
  expect(await byId('draft-notice').count()).toBe(0)
})

it('A draft is replaced by another request, and by the run that it became', async () => {
  await openPage(running.window, '/runs/new')
  await byId('config-epochs').fill('3')
  await openPage(running.window, `/runs/new?from=${run}`)
  await running.window.getByText('settings are copied from the run').waitFor()
  expect(await byId('draft-notice').count()).toBe(0)
  await openPage(running.window, '/runs/new?data=criteo-synthetic')
  await byId('config-epochs').fill('1')
  await byId('start-run').click()
  await running.window.waitForURL(/#\/runs\/r-/)
  await openPage(running.window, '/runs/new')
  await byId('config-epochs').waitFor()
  expect(await byId('draft-notice').count()).toBe(0)
})
