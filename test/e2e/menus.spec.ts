import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousViolations } from '../helpers/accessibility.ts'
import type { RunningApp } from '../helpers/app.ts'
import { clickRows } from '../helpers/click-rows.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { openFromOutside } from '../helpers/open-from-outside.ts'
import { installSample, openPage, openRuns } from '../helpers/page-runs.ts'
import { saveModel } from '../helpers/page-models.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { drawn } from '../helpers/settled.ts'

let running: RunningApp
let ids: string[]
let firstPage: string
const byId = (id: string): Locator => running.window.getByTestId(id)
const items = () => byId('context-menu').getByRole('menuitem').allInnerTexts()
const palette = async (text: string) => {
  await running.window.keyboard.press('Control+k')
  await byId('command-search').fill(text)
  return byId('command-results').getByRole('option').allInnerTexts()
}

beforeAll(async () => {
  running = await launchPrepared(
    (workspace) => {
      ids = addFinishedRuns(workspace, { count: 5, epochs: 1 })
    },
    ['dlrm-studio://page/settings'],
  )
  await byId('workspace-path').waitFor()
  firstPage = running.window.url()
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
  expect(await items()).toEqual([
    'Open',
    'Duplicate',
    'Compare with…',
    'Copy the run’s ID',
    'Copy a link to the run',
    'Delete…',
  ])
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
  expect(await items()).toEqual(['Open', 'Train a model on it…', 'Copy the name', 'Copy a link', 'Delete…'])
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
  await expect.poll(() => running.window.title()).toMatch(new RegExp(`^${title} – .+ – DLRM Studio$`))
  await drawn(running.window)
  await running.window.evaluate(() => document.getElementById('content')!.focus())
  await running.window.keyboard.press('?')
  await byId('shortcuts').waitFor()
  expect(await byId('shortcuts').innerText()).toContain('Ctrl+K')
  if (route === '/runs') expect(await byId('shortcuts').innerText()).toContain('Extend the selection')
  await running.window.keyboard.press('Escape')
  await byId('shortcuts').waitFor({ state: 'hidden' })
})

describe('what is opened from outside', () => {
  const open = (...args: string[]) => openFromOutside(running.workspace, ...args)
  const atRoute = (route: RegExp) => running.window.waitForURL(route)

  it('leads a new window to the place of a link', () => {
    expect(firstPage).toMatch(/#\/settings$/)
  })

  it('leads the window that is open to runs, models, datasets and pages, by the links that menus copy', async () => {
    await openRuns(running.window)
    await byId('run-row')
      .nth(1)
      .click({ button: 'right', position: { x: 300, y: 20 } })
    await running.window.getByRole('menuitem', { name: 'Copy a link to the run' }).click()
    const copied = await running.app.evaluate(({ clipboard }) => clipboard.readText())
    expect(await open(copied)).toBe(0)
    await atRoute(new RegExp(`#/runs/${copied.split('/').at(-1)}$`))
    for (const [link, route] of [
      ['dlrm-studio://model/A%20saved%20model', /#\/models\/[^/?]+$/],
      ['dlrm-studio://dataset/criteo-synthetic', /#\/datasets\/criteo-synthetic$/],
      ['dlrm-studio://page/new-run', /#\/runs\/new$/],
    ] as const) {
      expect(await open(link)).toBe(0)
      await atRoute(route)
    }
  })

  it('says in a sentence that a link leads nowhere, and stays where it is', async () => {
    await openPage(running.window, '/benchmark')
    const before = running.window.url()
    for (const [link, sentence] of [
      ['dlrm-studio://runs.delete/r-1', 'leads nowhere'],
      ['dlrm-studio://page/models?ask=canvas', 'leads nowhere'],
      ['dlrm-studio://model/Another', 'There is no model "Another" in this workspace.'],
      ['https://example.com/', 'is not a link of DLRM Studio'],
    ] as const) {
      await open(link)
      await byId('error-notice').filter({ hasText: sentence }).waitFor()
    }
    expect(await byId('error-notice').innerText()).toContain('This link cannot be opened')
    expect(await seriousViolations(running.window)).toEqual([])
    expect(running.window.url()).toBe(before)
    await open('dlrm-studio://run/r-none')
    await byId('error-notice').filter({ hasText: 'The run could not be read' }).waitFor()
  })

  it('opens model documents and data as if they were dropped, and says why a file cannot be opened', async () => {
    writeFileSync(
      join(running.workspace, 'from outside.dlrm.json'),
      JSON.stringify({ ...sampleModel(), name: 'Outside' }),
    )
    writeFileSync(
      join(running.workspace, 'clicks.csv'),
      clickRows(50, (fields) => fields),
    )
    const folder = running.workspace
    await open(pathToFileURL(join(folder, 'from outside.dlrm.json')).href)
    await atRoute(/#\/models\/new$/)
    await running.window.getByRole('heading', { name: 'Outside' }).waitFor()
    await open(join(folder, 'clicks.csv'))
    await atRoute(/#\/import$/)
    await byId('import-found').filter({ hasText: 'CSV, separated by comma' }).waitFor()
    await openPage(running.window, '/benchmark')
    for (const [name, sentence] of [
      ['none.json', 'none.json'],
      ['photo.png', 'photo.png is neither a model document'],
    ] as const) {
      await open(join(folder, name))
      await byId('error-notice').filter({ hasText: sentence }).waitFor()
    }
  })

  it('asks for a closed dialog first', async () => {
    await openPage(running.window, '/datasets')
    await byId('dataset-row').first().focus()
    await running.window.keyboard.press('Delete')
    await running.window.getByText('Delete criteo-synthetic?').waitFor()
    await open('dlrm-studio://page/settings')
    await byId('error-notice').filter({ hasText: 'A dialog was waiting' }).waitFor()
    await running.window.keyboard.press('Escape')
    expect(running.window.url()).toMatch(/#\/datasets$/)
  })
})
