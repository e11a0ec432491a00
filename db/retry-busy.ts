import { setTimeout as delay } from 'node:timers/promises'
import { toErrorData } from '../main/contract/errors.ts'

const PAUSE_MS = 25

/** How long a process waits to store what would be lost otherwise. */
export const STORING_LIMIT_MS = 30_000

/**
 * Repeats the work while another process writes to the database, for at most this long; the event loop is free in the
 * meantime. Whatever the work does before its write must be harmless when repeated. Throws Busy in the end, and any
 * other error at once.
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
