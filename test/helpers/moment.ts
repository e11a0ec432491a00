import { setTimeout as delay } from 'node:timers/promises'

/**
 * Lets time pass until the moment at which a test interferes: it kills a process or fills a disk so long after a start,
 * whatever the process does then. A test that waits for something uses `until` or Playwright's own waiting.
 */
export const moment = (ms: number): Promise<void> => delay(ms)
