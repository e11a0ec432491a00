import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appPages } from '../../main/contract/app-pages.ts'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import type { RunningApp } from '../helpers/app.ts'
import { clickRows } from '../helpers/click-rows.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { openFromOutside } from '../helpers/open-from-outside.ts'
import { installSample, openPage, openRuns } from '../helpers/page-runs.ts'
import { saveModel } from '../helpers/page-models.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { drawn } from '../helpers/settled.ts'
import { setWindowSize } from '../helpers/window-size.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let ids: string[]
let firstPage: string
const byId = (id: string): Locator => running.window.getByTestId(id)
/** Whether the element is on screen, not scrolled away. */
const inView = (element: Locator) =>
  element.evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect()
    const area = node.closest('[data-testid=help-article]')!.getBoundingClientRect()
    return top >= area.top - 1 && bottom <= area.bottom
  })
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

it('Help is beside the page it explains, finds, leads on and back, and becomes a page of its own', async () => {
  const { window: page } = running
  await openPage(page, '/compare')
  await byId('add-run').waitFor()
  await byId('help-button').focus()
  await page.keyboard.press('F1')
  const article = byId('help-article')
  await article.filter({ hasText: 'Statistical significance' }).waitFor()
  const heading = article.locator('[data-section=compare]')
  expect(await inView(heading)).toBe(true)
  expect(await seriousViolations(page)).toEqual([])
  await byId('help-search').fill('quantised size speed')
  await byId('help-results').getByRole('button').first().click()
  await expect.poll(() => inView(article.locator('[data-section=quantised-inference]'))).toBe(true)
  await byId('help-back').click()
  await expect.poll(() => inView(heading)).toBe(true)
  await article.getByRole('link', { name: 'performance.md' }).first().click()
  await byId('help-article').and(page.locator('[data-page=performance]')).waitFor()
  await page.keyboard.press('Escape')
  expect(await byId('help-panel').count()).toBe(0)
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('help-button')

  await byId('help-button').click()
  await byId('help-as-page').click()
  await page.waitForURL(/#\/help\/guide-runs\?at=compare$/)
  await expect.poll(() => inView(article.locator('[data-section=compare]'))).toBe(true)
  expect(await seriousViolations(page)).toEqual([])
  await page.keyboard.press('/')
  await page.keyboard.type('MovieLens')
  await byId('help-results').getByRole('button').first().waitFor()
  await byId('help-search').fill('')
  await byId('help-page-guide-benchmarks').click()
  await article.locator('img').first().waitFor()
  expect(
    await article
      .locator('img')
      .first()
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
  ).toBeGreaterThan(500)
})

it('The tour points at real controls, can be left and taken again, and is offered once', async () => {
  const { window: page } = running
  await openPage(page, '/')
  await byId('tour-take').click()
  const light = byId('tour-light')
  const over = async (target: string) => {
    const [one, other] = await Promise.all([light.boundingBox(), byId(target).boundingBox()])
    return (
      one !== null && other !== null && Math.abs(one.x + 4 - other.x) < 2 && Math.abs(one.y + 4 - other.y) < 2
    )
  }
  await expect.poll(() => over('nav-home')).toBe(true)
  expect(await seriousViolations(page)).toEqual([])
  await page.keyboard.press('Enter')
  await expect.poll(() => over('nav-datasets')).toBe(true)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await setWindowSize(running, 1024, 700)
  await expect.poll(() => over('nav-datasets')).toBe(true)
  // A control that is not there.
  const show = (display: string) =>
    byId('nav-datasets').evaluate((entry, value) => entry.style.setProperty('display', value), display)
  await show('none')
  await expect.poll(async () => (await byId('tour').boundingBox())?.x).toBeGreaterThan(300)
  await show('')
  await page.keyboard.press('Escape')
  await byId('tour').waitFor({ state: 'hidden' })
  await byId('tour-offer').waitFor({ state: 'detached' })
  await page.reload()
  await byId('home-run').first().waitFor()
  expect(await byId('tour-offer').count()).toBe(0)
  await palette('tour')
  await page.keyboard.press('Enter')
  for (let step = 1; step <= 6; step++) {
    await byId('tour').getByText(`Step ${step} of 6`).waitFor()
    if (step === 6) await expect.poll(() => over('help-button')).toBe(true)
    await byId('tour-next').click()
  }
  expect(await byId('tour').isVisible()).toBe(false)
})

it('The menu has the pages with their keys, the help, the shortcuts and the tour', async () => {
  const menu = await running.app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!.items.map(({ label, submenu }) => ({
      label,
      items: submenu?.items.map((item) => [item.label, item.accelerator]) ?? [],
    })),
  )
  expect(menu.find(({ label }) => label === '&Go')?.items).toEqual(
    appPages.map(({ title, keys }) => [title, keys.replace('Ctrl', 'CmdOrCtrl')]),
  )
  const choose = (name: string) =>
    running.app.evaluate(({ Menu }, wanted) => {
      const help = Menu.getApplicationMenu()!.items.find(({ label }) => label === '&Help')!
      const item = help.submenu!.items.find(({ label }) => label === wanted)!
      ;(item.click as () => void)()
    }, name)
  await choose('Quick Start')
  await running.window.waitForURL(/#\/quick-start$/)
  await choose('Help for This Page')
  await byId('help-article').filter({ hasText: 'Quick start' }).waitFor()
  await running.window.keyboard.press('Escape')
  await choose('Keyboard Shortcuts')
  await byId('shortcuts').waitFor()
  // While a dialog waits, the menu does nothing.
  const heard = await running.window.evaluateHandle(() => ({
    command: new Promise<void>((resolve) => {
      const end = studio.subscribe((event) => {
        if (event.kind !== 'menu') return
        end()
        resolve()
      })
    }),
  }))
  await choose('Take the Tour')
  await heard.evaluate(({ command }) => command)
  await running.window.keyboard.press('Escape')
  await byId('shortcuts').waitFor({ state: 'hidden' })
  expect(await byId('tour').isVisible()).toBe(false)
  await choose('Take the Tour')
  await byId('tour-leave').click()
  await byId('tour').waitFor({ state: 'hidden' })
})

it('Letters open pages, one after the other, but write into fields', async () => {
  const { window: page } = running
  await openPage(page, '/settings')
  await byId('theme').waitFor()
  for (const [keys, route] of [
    ['gr', 'runs'],
    ['gl', 'cluster'],
    ['gd', 'datasets'],
    ['n', 'import'],
    ['gm', 'models'],
  ] as const) {
    await page.evaluate(() => document.getElementById('content')!.focus())
    await page.keyboard.type(keys)
    await page.waitForURL(new RegExp(`#/${route}$`))
  }
  await page.keyboard.press('Control+4')
  await byId('runs-filter').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('n gd ?')
  expect(await byId('runs-filter').inputValue()).toBe('n gd ?')
  expect(page.url()).toMatch(/#\/runs$/)
  expect(await byId('shortcuts').isVisible()).toBe(false)
  await byId('runs-filter').fill('')
})

it.each([
  ['/', 'Home', 'New run'],
  ['/quick-start', 'Quick start', 'Go to Runs'],
  ['/datasets', 'Datasets', 'Open the dataset'],
  ['/models', 'Models', 'empty canvas'],
  ['/runs', 'Runs', 'Extend the selection'],
  ['/runs/new', 'New run', 'Start the run'],
  ['/compare', 'Compare', 'Find a run to add'],
  ['/benchmark', 'Benchmark', 'Run the benchmark'],
  ['/cluster', 'Cluster', 'weak scaling'],
  ['/settings', 'Settings', 'Next theme'],
])('? lists the shortcuts on %s', async (route, title, own) => {
  await openPage(running.window, route)
  await expect.poll(() => running.window.title()).toMatch(new RegExp(`^${title} – .+ – DLRM Studio$`))
  await drawn(running.window)
  await running.window.evaluate(() => document.getElementById('content')!.focus())
  await running.window.keyboard.press('?')
  await byId('shortcuts').waitFor()
  expect(await byId('shortcuts').innerText()).toContain('Ctrl+K')
  expect(await byId('shortcuts').innerText()).toContain(own)
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
