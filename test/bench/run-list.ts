/**
 * The window while it shows 10,000 runs of which 4 train: how soon the home page and the list are painted after the click that
 * opens them, how
 * many bytes the window asks for in a minute, and how many the engine reports of its own accord, by kind of event.
 *
 *   xvfb-run -a -s '-screen 0 1600x1000x24' node test/bench/run-list.ts [--seconds 60] [--training 4]
 */
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { installSample, openPage, startDlrm } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge
declare const reported: Record<string, { count: number; bytes: number }>

const RUNS = 10_000
/** The latest ones, which the home page shows. */
const WITH_CURVES = 10
const OPENINGS = 15

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, training: { type: 'string', default: '4' } },
})
const training = Number(values.training)
const running = await launchPrepared((workspace) => {
  addFinishedRuns(workspace, { count: RUNS - WITH_CURVES, epochs: 1 })
  addFinishedRuns(workspace, { count: WITH_CURVES, epochs: 1, points: 10_000 })
})
const { window: page, app } = running
try {
  // The bridge in the page is frozen: requests are counted where they leave the page, in the shell.
  await app.evaluate(({ ipcMain }) => {
    const made = { requests: {} as Record<string, { count: number; bytes: number }> }
    Object.assign(globalThis, { asked: made })
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (...a: unknown[]) => unknown> })
      ._invokeHandlers
    for (const [channel, handle] of handlers)
      handlers.set(channel, async (...args) => {
        const answer = await handle(...args)
        const message = args[1] as { name?: string } | undefined
        const name = message?.name ?? channel
        const entry = (made.requests[name] ??= { count: 0, bytes: 0 })
        entry.count++
        entry.bytes += JSON.stringify(answer ?? null).length
        return answer
      })
  })
  await installSample(page, { name: 'criteo-synthetic', rows: 20_000 })
  for (let run = 0; run < training; run++)
    await startDlrm(page, 'criteo-synthetic', `training ${run}`, {
      epochs: 100_000,
      earlyStopping: null,
      threads: 1,
    })

  for (const [name, click, painted] of [
    ['The home page', 'nav-home', 'home-run'],
    [`The list of ${RUNS} runs`, 'nav-runs', 'run-row'],
  ] as const) {
    const openings: number[] = []
    for (let opening = 0; opening < OPENINGS; opening++) {
      await openPage(page, '/datasets')
      await page.getByTestId('import-button').waitFor()
      openings.push(await millisecondsToOpen(page, click, painted))
    }
    openings.sort((a, b) => a - b)
    console.log(
      `${name} is painted ${openings[Math.floor(OPENINGS / 2)]!.toFixed(0)} ms after the click ` +
        `(${openings[0]!.toFixed(0)} to ${openings.at(-1)!.toFixed(0)} ms) while ${training} train`,
    )
  }
  const overviews: number[] = await page.evaluate(async (count) => {
    const waits: number[] = []
    for (let time = 0; time < count; time++) {
      const began = performance.now()
      await studio.request('workspace.overview', {})
      waits.push(performance.now() - began)
    }
    return waits.sort((a, b) => a - b)
  }, OPENINGS)
  console.log(
    `What the home page asks for is answered after ${overviews[Math.floor(OPENINGS / 2)]!.toFixed(0)} ms ` +
      `(${overviews[0]!.toFixed(0)} to ${overviews.at(-1)!.toFixed(0)} ms)`,
  )
  await openPage(page, '/runs')

  await app.evaluate(() => {
    ;(globalThis as unknown as { asked: { requests: object } }).asked.requests = {}
  })
  await page.evaluate(() => {
    Object.assign(globalThis, { reported: {} })
    studio.subscribe((event) => {
      const name = event.kind === 'changed' ? `changed ${event.what}` : event.kind
      const entry = (reported[name] ??= { count: 0, bytes: 0 })
      entry.count++
      entry.bytes += JSON.stringify(event).length
    })
  })
  const seconds = Number(values.seconds)
  await page.waitForTimeout(seconds * 1000)
  const requests = await app.evaluate(
    () =>
      (globalThis as unknown as { asked: { requests: Record<string, { count: number; bytes: number }> } })
        .asked.requests,
  )
  const events = await page.evaluate(() => reported)
  const perMinute = (bytes: number) => `${((bytes * 60) / seconds / 1000).toFixed(0)} kB`
  for (const [title, entries] of Object.entries({ 'Asked for': requests, Reported: events })) {
    const all = Object.entries(entries)
    console.log(`${title} in a minute: ${perMinute(all.reduce((sum, [, { bytes }]) => sum + bytes, 0))}`)
    for (const [name, { count, bytes }] of all)
      console.log(`  ${name}: ${((count * 60) / seconds).toFixed(0)} times, ${perMinute(bytes)}`)
  }
} finally {
  await running.close()
}

/** From a click in the navigation to the frame in which something of the page is painted, both named by their test ids. */
function millisecondsToOpen(page: Page, click: string, painted: string): Promise<number> {
  return page.evaluate(
    ([click, painted]) =>
      new Promise<number>((resolve) => {
        const began = performance.now()
        const afterPaint = (): void => {
          // A message that is sent before a frame is painted arrives after it.
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => resolve(performance.now() - began)
          port2.postMessage(null)
        }
        new MutationObserver((_, observer) => {
          if (!document.querySelector(`[data-testid=${painted}]`)) return
          observer.disconnect()
          requestAnimationFrame(afterPaint)
        }).observe(document.body, { childList: true, subtree: true })
        document.querySelector<HTMLElement>(`[data-testid=${click}]`)!.click()
      }),
    [click, painted] as const,
  )
}
