import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { HandlersOf } from './handlers.ts'

const RESOLUTION_MS = 5

/** Watches how long this process's event loop keeps others waiting. */
export function healthHandlers(): HandlersOf<'engine'> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  // The histogram holds intervals between ticks, which a free event loop makes as long as its resolution.
  const delay = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  return {
    'engine.health': () => {
      const health = {
        eventLoopDelayP99Ms: delay(histogram.percentile(99)),
        eventLoopDelayMaxMs: delay(histogram.max),
        rssBytes: process.memoryUsage.rss(),
      }
      histogram.reset()
      return health
    },
  }
}
