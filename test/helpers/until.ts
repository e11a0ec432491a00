import { setTimeout as delay } from 'node:timers/promises'

const POLL_INTERVAL_MS = 20
const TIMEOUT_MS = 60_000

/** The first value of `poll` that is neither undefined nor false. Rejects after a minute, with `what` in its message. */
export async function until<Found>(
  what: string,
  poll: () => Found | undefined | false | Promise<Found | undefined | false>,
): Promise<Found> {
  const limit = performance.now() + TIMEOUT_MS
  for (;;) {
    const found = await poll()
    if (found !== undefined && found !== false) return found
    if (performance.now() > limit) throw new Error(`Waited for a minute until ${what}.`)
    await delay(POLL_INTERVAL_MS)
  }
}
