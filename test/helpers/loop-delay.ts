/** How long the event loops of page, shell and engine delay others while something is running. */
import type { ElectronApplication, Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'

/** Inside the page. */
declare const studio: StudioBridge

export interface LoopDelays {
  page: number
  shell: number
  engine: number
}

const TICK_MS = 5

/** The 99th percentiles in milliseconds over the given time; of the engine over the last 2 to 4 seconds of it. */
export async function loopDelays(
  app: ElectronApplication,
  page: Page,
  durationMs: number,
): Promise<LoopDelays> {
  const options = { durationMs, tickMs: TICK_MS }
  const [ofPage, ofShell, ofEngine] = await Promise.all([
    page.evaluate(lateness, options),
    app.evaluate((_electron, { durationMs, tickMs }) => {
      const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')
      const histogram = monitorEventLoopDelay({ resolution: tickMs })
      histogram.enable()
      return new Promise<number>((resolve) =>
        setTimeout(() => resolve(Math.max(0, histogram.percentile(99) / 1e6 - tickMs)), durationMs),
      )
    }, options),
    page.evaluate(async ({ durationMs }) => {
      await new Promise((resolve) => setTimeout(resolve, durationMs))
      return (await studio.request('engine.health', {})).eventLoopDelayP99Ms
    }, options),
  ])
  return { page: ofPage, shell: ofShell, engine: ofEngine }
}

/** Runs in the page: how late timers come, drawing included. */
function lateness({ durationMs, tickMs }: { durationMs: number; tickMs: number }): Promise<number> {
  const late: number[] = []
  const end = performance.now() + durationMs
  return new Promise((resolve) => {
    const tick = (): void => {
      const asked = performance.now()
      setTimeout(() => {
        const now = performance.now()
        late.push(Math.max(0, now - asked - tickMs))
        if (now < end) return tick()
        late.sort((a, b) => a - b)
        resolve(late[Math.floor(late.length * 0.99)] ?? 0)
      }, tickMs)
    }
    tick()
  })
}
