import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { HandlersOf } from './handlers.ts'

const RESOLUTION_MS = 5
/** An answer covers between one and two of these spans. */
const SPAN_MS = 2000

/** Measures how long this process's event loop delays others. */
export function healthHandlers(): HandlersOf<'engine'> {
  let [older, newer] = [watch(), watch()]
  setInterval(() => {
    older.reset()
    ;[older, newer] = [newer, older]
  }, SPAN_MS).unref()
  return {
    'engine.health': () => ({
      eventLoopDelayP99Ms: delay(older.percentile(99)),
      eventLoopDelayMaxMs: delay(older.max),
      rssBytes: process.memoryUsage.rss(),
    }),
  }
}

function watch(): ReturnType<typeof monitorEventLoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  return histogram
}

/** The histogram holds the intervals between ticks. In an idle event loop they are as long as its resolution. */
function delay(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
}
