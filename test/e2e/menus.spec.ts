import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seriousViolations } from '../helpers/accessibility.ts'
import type { RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { installSample, openPage, openRuns } from '../helpers/page-runs.ts'
import { saveModel } from '../helpers/page-models.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { drawn } from '../helpers/settled.ts'

let running: RunningApp
let ids: string[]
const byId = (id: string): Locator => running.window.getByTestId(id)
const items = () => byId('context-menu').getByRole('menuitem').allInnerTexts()
const palette = async (text: string) => {
  await running.window.keyboard.press('Control+k')
  await byId('command-search').fill(text)
  return byId('command-results').getByRole('option').allInnerTexts()
}

beforeAll(async () => {
  running = await launchPrepared((workspace) => {
    ids = addFinishedRuns(workspace, { count: 5, epochs: 1 })
  })
  running.window.setDefaultTimeout(15_000)
  await installSample(running.window, { name: 'criteo-synthetic', rows: 1000 })
  await saveModel(running.window, { ...sampleModel(), name: 'A saved model' })
})
afterAll(() => running.close())

async function selectTwoRuns(): Promise<void> {
  await byId('runs-table').focus()
  for (const key of ['Home', ' ', 'ArrowDown', ' ']) await running.window.keyboard.press(key)
}

it('A run’s row has a menu, by the mouse and by the keyboard, which acts on the selection where it is in it', async () => {
  await openRuns(running.window)
  const row = byId('run-row').nth(1)
  await row.click({ button: 'right', position: { x: 300, y: 20 } })
  expect(await items()).toEqual(['Open', 'Duplicate', 'Compare with…', 'Copy the run’s ID', 'Delete…'])
  expect(await seriousViolations(running.window)).toEqual([])
  await running.window.keyboard.press('Escape')
  expect(await byId('context-menu').count()).toBe(0)
  await selectTwoRuns()
  await row.click({ button: 'right', position: { x: 300, y: 20 } })
  expect(await items()).toEqual([
    'Compare the 2 selected runs',
    expect.stringContaining('Delete the 2 selected runs…'),
    'Clear the selection',
  ])
  await running.window.keyboard.press('Enter')
  await running.window.waitForURL(/#\/compare\?ids=r-.*,r-/)
})

it('Datasets and saved models have menus', async () => {
  await openPage(running.window, '/datasets')
  await byId('dataset-row').first().click({ button: 'right' })
  expect(await items()).toEqual(['Open', 'Train a model on it…', 'Copy the name', 'Delete…'])
  await running.window.getByRole('menuitem', { name: 'Train a model on it…' }).click()
  await running.window.waitForURL(/#\/runs\/new\?data=criteo-synthetic/)
  await openPage(running.window, '/datasets')
  await byId('dataset-row').first().focus()
  await running.window.keyboard.press('Delete')
  await running.window.getByText('Delete criteo-synthetic?').waitFor()
  await running.window.keyboard.press('Escape')
  await byId('dataset-row').first().press('Enter')
  await running.window.waitForURL(/#\/datasets\/criteo-synthetic/)
  await openPage(running.window, '/models')
  await byId('model-row').first().click({ button: 'right' })
  expect(await items()).toContain('Edit on the canvas')
  await running.window.mouse.click(5, 5)
  expect(await byId('context-menu').count()).toBe(0)
})

it('A text field has the system’s menu, with what can be done now', async () => {
  await running.app.evaluate(({ clipboard, Menu }) => {
    void clipboard.writeText('a text to paste')
    const labels: string[][] = []
    Object.assign(globalThis, { popped: labels })
    Menu.prototype.popup = function () {
      labels.push(
        this.items
          .filter(({ enabled, type }) => enabled && type !== 'separator')
          .map(({ role }) => role ?? ''),
      )
    }
  })
  await openPage(running.window, '/runs')
  await byId('runs-filter').fill('some text')
  await byId('runs-filter').selectText()
  await byId('runs-filter').click({ button: 'right' })
  const popped = () => running.app.evaluate(() => (globalThis as unknown as { popped: string[][] }).popped)
  await expect.poll(async () => (await popped()).length).toBe(1)
  const [roles] = await popped()
  expect(roles?.map((role) => role.toLowerCase())).toEqual(
    expect.arrayContaining(['cut', 'copy', 'paste', 'selectall']),
  )
  await byId('runs-filter').fill('')
})

it('The palette has the commands of the page one is on, and forgives a slip', async () => {
  await openPage(running.window, `/runs/${ids[0]}`)
  await byId('run-status').waitFor()
  for (const name of ['Duplicate', 'Compare with…', 'Export metrics as CSV…', 'Delete…']) {
    const found = await palette(name.replace('…', ''))
    expect(found.some((text) => text.startsWith(name))).toBe(true)
    await running.window.keyboard.press('Escape')
  }
  expect((await palette('duplicaet'))[0]).toContain('Duplicate')
  await running.window.keyboard.press('Enter')
  await running.window.waitForURL(new RegExp(`#/runs/new\\?from=${ids[0]}`))

  await openRuns(running.window)
  await selectTwoRuns()
  expect((await palette('compare sel'))[0]).toContain('Compare the 2 selected runs')
  await running.window.keyboard.press('Escape')
  expect((await palette('delete sel'))[0]).toContain('Delete the 2 selected runs…')
  await running.window.keyboard.press('Escape')

  await openPage(running.window, '/datasets/criteo-synthetic')
  await byId('train-on-this').waitFor()
  expect((await palette('train'))[0]).toContain('Train a model on this dataset')
  await running.window.keyboard.press('Enter')
  await running.window.waitForURL(/data=criteo-synthetic/)
})

it.each([
  ['/', 'Start'],
  ['/datasets', 'Datasets'],
  ['/models', 'Models'],
  ['/runs', 'Runs'],
  ['/runs/new', 'New run'],
  ['/compare', 'Compare'],
  ['/benchmark', 'Benchmark'],
  ['/settings', 'Settings'],
])('? lists the shortcuts on %s', async (route, title) => {
  await openPage(running.window, route)
  await expect.poll(() => running.window.title()).toBe(`${title} – DLRM Studio`)
  await drawn(running.window)
  await running.window.evaluate(() => document.getElementById('content')!.focus())
  await running.window.keyboard.press('?')
  await byId('shortcuts').waitFor()
  expect(await byId('shortcuts').innerText()).toContain('Ctrl+K')
  if (route === '/runs') expect(await byId('shortcuts').innerText()).toContain('Extend the selection')
  await running.window.keyboard.press('Escape')
  await byId('shortcuts').waitFor({ state: 'hidden' })
})
