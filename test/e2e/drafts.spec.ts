import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import type { RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { testedMpi } from '../helpers/mpi.ts'
import { installSample, openPage, runStatus } from '../helpers/page-runs.ts'

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

it.runIf(testedMpi.length > 0)(
  'A run with ranks is planned before it starts, trains with the tables where they were pinned, and shows what its ranks measured',
  async () => {
    await openPage(running.window, '/runs/new?data=criteo-synthetic')
    await byId('run-name').fill('Two pinned ranks')
    await byId('config-epochs').fill('5000')
    await byId('config-batchSize').fill('2')
    await byId('advanced').click()
    await byId('place-kind').getByText('Ranks on this machine').click()
    const planned = running.window.locator('[data-testid=plan-card][data-pending=false]')
    await planned.getByTestId('plan-sentence').waitFor()
    const blocksOf = (rank: number) =>
      running.window.locator(`[data-testid=plan-rank][data-rank="${rank}"] button[data-testid=plan-block]`)
    expect(await byId('plan-rank').count()).toBe(2)
    const moved = await blocksOf(0).first().getAttribute('data-table')
    await blocksOf(0).first().focus()
    await running.window.keyboard.press('Enter')
    await byId('plan-rank-choice').selectOption('1')
    await byId('plan-pin').click()
    await planned.waitFor()
    await running.window
      .locator(`[data-testid=plan-rank][data-rank="1"] [data-table="${moved}"].pinned`)
      .waitFor()
    expect(await seriousViolations(running.window)).toEqual([])

    await byId('start-run').click()
    await running.window.waitForURL(/#\/runs\/r-/)
    await byId('tab-ranks').click()
    await running.window.locator('[data-testid=run-ranks][data-measured=true]').waitFor()
    await byId('stop-run').click()
    await runStatus(running.window, 'stopped', 120_000)
    expect(await byId('rank-times').locator('tbody tr').count()).toBe(2)
    expect(await byId('measured-sentence').innerText()).toMatch(/^Measured: a step takes .*ranks? /)
    expect(await seriousViolations(running.window)).toEqual([])
    const { config } = await running.window.evaluate(async () => {
      const { found } = await studio.request('runs.find', { text: 'Two pinned ranks', limit: 1 })
      return studio.request('runs.show', { id: found[0]?.run.id ?? '' })
    })
    expect(config.placement?.filter(({ table }) => table === moved).map(({ rank }) => rank)).toEqual([1])
  },
)
