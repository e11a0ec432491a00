import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { saveModel } from '../helpers/page-models.ts'
import { installSample, openPage } from '../helpers/page-runs.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { untilStill } from '../helpers/settled.ts'
import { setWindowSize } from '../helpers/window-size.ts'

const LONG =
  'a name that goes on and on until nobody can see its end, w i t h   b l a n k s and_without_any_at_all'

let running: RunningApp
/** By name: the route of each page, and what is there once it has its content. */
let pages: Record<string, [route: string, content: string]>
const byId = (id: string): Locator => running.window.getByTestId(id)

beforeAll(async () => {
  let runs: string[] = []
  running = await launchPrepared((workspace) => {
    runs = addFinishedRuns(workspace, {
      count: 12,
      epochs: 6,
      points: 50,
      changes: (index) => ({ name: index === 0 ? LONG : `seed ${index}`, datasetId: 'criteo-synthetic' }),
    })
  })
  running.window.setDefaultTimeout(20_000)
  await installSample(running.window, { name: 'criteo-synthetic', rows: 1000 })
  await saveModel(running.window, { ...sampleModel(), name: LONG })
  const [first] = runs
  pages = {
    home: ['/', '[data-testid=home-run]'],
    'quick start': ['/quick-start', '[data-testid=quick-start-button]'],
    datasets: ['/datasets', '[data-testid=dataset-row]'],
    dataset: ['/datasets/criteo-synthetic', '[data-testid=column-row]'],
    import: ['/import', '[data-testid=choose-files]'],
    models: ['/models', '[data-testid=model-row]'],
    'new model': ['/models/new?preset=dlrm', '[data-testid=model-graph]'],
    runs: ['/runs', '[data-testid=run-row]'],
    'new run': ['/runs/new', '[data-testid=cost-parameters]'],
    run: [`/runs/${first}`, '[data-testid=loss-chart] .u-over'],
    'run settings': [`/runs/${first}?tab=settings`, '#panel-settings'],
    'run model': [`/runs/${first}?tab=model`, '[data-testid=model-graph]'],
    'run checkpoints': [`/runs/${first}?tab=checkpoints`, '#panel-checkpoints'],
    compare: [`/compare?ids=${runs.join(',')}`, '[data-testid=compare-metrics]'],
    'nothing to compare': ['/compare', 'text=Choose at least two runs'],
    benchmark: ['/benchmark', '[data-testid=benchmark-memory]'],
    cluster: ['/cluster', '[data-testid=strong-scaling]'],
    settings: ['/settings', '[data-testid=theme]'],
    help: ['/help/guide-runs', '[data-testid=help-article] table'],
  }
})
afterAll(() => running.close())

/** The elements that lie outside of the window, are cut by it, or would scroll the whole window. */
const faults = () =>
  running.window.evaluate(() => {
    const { innerWidth, innerHeight } = globalThis
    const main = document.getElementById('content')!
    const root = document.documentElement
    const found: string[] = []
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) found.push('the window scrolls')
    if (main.scrollWidth > main.clientWidth) found.push('the page scrolls sideways')
    const scrolls = (element: Element) => {
      for (let each = element.parentElement; each && each !== main; each = each.parentElement)
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(each).overflowX)) return true
      return false
    }
    const edge = main.getBoundingClientRect().left + main.clientWidth
    for (const element of main.querySelectorAll('*')) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || box.height === 0 || box.right <= edge + 1 || scrolls(element)) continue
      found.push(`${element.tagName} ${element.className} ends ${Math.round(box.right - edge)} px beyond`)
    }
    // A button's text is never cut.
    for (const button of main.querySelectorAll('button'))
      if (button.scrollWidth > button.clientWidth + 1 && !button.querySelector('.clip'))
        found.push(`the button “${button.textContent.trim()}” is cut`)
    return found
  })

/** The themes differ in colours only, so the dark one is tried where there is the least room. */
it.each([
  [1024, 700, 'light'],
  [1024, 700, 'dark'],
  [1320, 860, 'light'],
  [2560, 1440, 'light'],
] as const)(
  'nothing is cut and nothing lies beside in a window of %d × %d, %s',
  async (width, height, colorScheme) => {
    await setWindowSize(running, width, height)
    await running.window.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const all: Record<string, string[]> = {}
    for (const [name, [route, content]] of Object.entries(pages)) {
      await openPage(running.window, route)
      await running.window.locator(content).first().waitFor()
      await untilStill(running.window, '#content *')
      const here = await faults()
      if (here.length > 0) all[name] = here.slice(0, 4)
    }
    expect(all).toEqual({})
  },
)

it('Settings keeps the window in place whatever has the keyboard', async () => {
  await setWindowSize(running, 1024, 700)
  await openPage(running.window, '/settings')
  await byId('theme').waitFor()
  await running.window.getByText('Checking…').first().waitFor({ state: 'detached' })
  const moved = await running.window.evaluate(() => {
    const pane = document.querySelector('nav')!
    const fields = [
      ...document.querySelectorAll<HTMLElement>('main input, main button, main a, main [tabindex]'),
    ]
    return fields.filter((field) => {
      field.focus()
      field.scrollIntoView()
      return pane.getBoundingClientRect().top !== 0 || document.documentElement.scrollTop !== 0
    }).length
  })
  expect(moved).toBe(0)
})
