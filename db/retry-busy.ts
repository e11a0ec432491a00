import { setTimeout as delay } from 'node:timers/promises'
import { toErrorData } from '../main/contract/errors.ts'

const PAUSE_MS = 25

/** How long a process waits to store what would be lost otherwise. */
export const STORING_LIMIT_MS = 30_000

/**
 * Does the work again for as long as another process writes to the database, at most for so long; the event loop is free
 * meanwhile. Whatever the work does before its write has to be harmless to do twice. Throws Busy in the end, and anything
 * else at once.
 */
export async function retryBusy<Result>(
  limitMs: number,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const limit = performance.now() + limitMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (toErrorData(error).code !== 'Busy' || performance.now() > limit) throw error
    }
    await delay(PAUSE_MS)
  }
}
