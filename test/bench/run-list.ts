/**
 * What the window asks of the engine while it shows 10,000 runs of which 4 train: how soon the list is there, how many
 * bytes are asked for in a minute, and how many the engine tells by itself.
 *
 *   xvfb-run -a -s '-screen 0 1600x1000x24' node test/bench/run-list.ts [--seconds 60]
 */
import { parseArgs } from 'node:util'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { installSample, openPage, startDlrm } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge
declare const counted: { events: number; bytes: number }

const RUNS = 10_000
const TRAINING = 4
const OPENINGS = 5

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
const running = await launchPrepared((workspace) => addFinishedRuns(workspace, { count: RUNS, epochs: 1 }))
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
  for (let run = 0; run < TRAINING; run++)
    await startDlrm(page, 'criteo-synthetic', `training ${run}`, {
      epochs: 100_000,
      earlyStopping: null,
      threads: 1,
    })

  const openings: number[] = []
  for (let opening = 0; opening < OPENINGS; opening++) {
    await openPage(page, '/settings')
    await page.getByTestId('theme').waitFor()
    openings.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const began = performance.now()
            location.hash = '#/runs'
            const look = (): void => {
              if (document.querySelector('[data-testid=run-row]')) resolve(performance.now() - began)
              else requestAnimationFrame(look)
            }
            look()
          }),
      ),
    )
  }
  openings.sort((a, b) => a - b)
  console.log(
    `The list of ${RUNS} runs opens in ${openings[Math.floor(OPENINGS / 2)]!.toFixed(0)} ms ` +
      `(${openings[0]!.toFixed(0)} to ${openings.at(-1)!.toFixed(0)} ms) while ${TRAINING} train`,
  )

  await app.evaluate(() => {
    ;(globalThis as unknown as { asked: { requests: object } }).asked.requests = {}
  })
  await page.evaluate(() => {
    Object.assign(globalThis, { counted: { events: 0, bytes: 0 } })
    studio.subscribe((event) => {
      counted.events++
      counted.bytes += JSON.stringify(event).length
    })
  })
  const seconds = Number(values.seconds)
  await page.waitForTimeout(seconds * 1000)
  const requests = await app.evaluate(
    () =>
      (globalThis as unknown as { asked: { requests: Record<string, { count: number; bytes: number }> } })
        .asked.requests,
  )
  const told = await page.evaluate(() => counted)
  const minute = 60 / seconds
  const bytes = Object.values(requests).reduce((sum, entry) => sum + entry.bytes, 0)
  const size = (amount: number) => `${((amount * minute) / 1000).toFixed(0)} kB`
  console.log(`Asked for in a minute: ${size(bytes)}`)
  for (const [name, entry] of Object.entries(requests))
    console.log(`  ${name}: ${(entry.count * minute).toFixed(0)} times, ${size(entry.bytes)}`)
  console.log(`Told in a minute: ${(told.events * minute).toFixed(0)} events, ${size(told.bytes)}`)
} finally {
  await running.close()
}
