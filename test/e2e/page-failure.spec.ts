import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { openPage } from '../helpers/page-runs.ts'

let running: RunningApp
beforeAll(async () => {
  running = await launchPrepared((workspace) => addFinishedRuns(workspace, { count: 3 }))
  running.window.setDefaultTimeout(15_000)
})
afterAll(() => running.close())

const byId = (id: string) => running.window.getByTestId(id)

it.each(['constructor:', '__proto__:x', 'toString:', '-valueOf:a'])(
  'The run list stays usable while %s is in its filter',
  async (text) => {
    await openPage(running.window, '/runs')
    await byId('runs-filter').fill(text)
    const refused = running.window.getByText('is not a field of a run')
    await refused
      .or(byId('runs-count').filter({ hasText: '0 of 3 runs' }))
      .first()
      .waitFor()
    expect(await byId('new-run').isVisible()).toBe(true)
    await byId('runs-filter').fill('seed')
    await byId('run-row').nth(2).waitFor()
  },
)

it('shows what went wrong in place of a page that cannot be drawn, with a way back', async () => {
  await openPage(running.window, '/datasets')
  await byId('nav-datasets').waitFor()
  await openPage(running.window, '/compare')
  await running.window.getByRole('heading', { name: 'Compare', exact: true }).waitFor()
  // Every row of the run list reads its dates.
  await running.window.evaluate(() => {
    Object.assign(globalThis, { parseDate: Date.parse })
    Date.parse = () => {
      throw new Error('The clock is broken.')
    }
  })
  await openPage(running.window, '/runs')
  const failure = byId('page-failure')
  await failure.waitFor()
  expect(await failure.innerText()).toContain('This page cannot be shown')
  expect(await failure.innerText()).toContain('The clock is broken.')
  expect(await byId('nav-models').isVisible()).toBe(true)

  await byId('page-back').click()
  await running.window.getByRole('heading', { name: 'Compare', exact: true }).waitFor()
  await openPage(running.window, '/runs')
  await failure.waitFor()
  await running.window.evaluate(() => {
    Date.parse = (globalThis as unknown as { parseDate: typeof Date.parse }).parseDate
  })
  await byId('page-again').click()
  await byId('run-row').nth(2).waitFor()
  expect(await failure.isVisible()).toBe(false)
})
