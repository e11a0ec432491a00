import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningApp } from '../helpers/app.ts'
import { answerSaveDialog } from '../helpers/dialogs.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { openPage } from '../helpers/page-runs.ts'
import { until } from '../helpers/until.ts'

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

it('offers a problem report, which is shown in full without names, can be changed, and is saved only where the user says', async () => {
  const { window } = running
  await running.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.send('studio', { kind: 'menu', command: 'problemReport' }),
  )
  const text = window.getByTestId('problem-report-text')
  const shown = await until('the report is there', async () => (await text.inputValue()) || undefined)
  if (process.env.DLRM_STUDIO_PICTURES)
    await window.screenshot({ path: join(process.env.DLRM_STUDIO_PICTURES, 'report.png') })
  for (const part of ['Versions', 'Checks', 'Window', 'Log of the engine'])
    expect(shown).toContain(`== ${part} ==`)
  for (const secret of [homedir(), hostname(), running.workspace, 'clicks'])
    expect(shown).not.toContain(secret)

  await window.getByTestId('problem-report').getByText('Log of the engine', { exact: true }).click()
  expect(await text.inputValue()).not.toContain('Log of the engine')
  await text.fill(`${await text.inputValue()}It happened twice.`)
  const file = join(mkdtempSync(join(tmpdir(), 'report-')), 'report.txt')
  await answerSaveDialog(running, file)
  await window.getByTestId('problem-report-save').click()
  await until('the report is written', () => existsSync(file))
  expect(readFileSync(file, 'utf8')).toMatch(/^== Versions ==[^]*It happened twice\.$/)
  rmSync(dirname(file), { recursive: true })
})
