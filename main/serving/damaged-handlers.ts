import { requests } from '../contract/requests.ts'
import type { UpkeepService } from '../upkeep/upkeep-service.ts'
import { healthHandlers } from './event-loop-health.ts'
import type { Handlers } from './handlers.ts'
import { upkeepHandlers } from './upkeep-handlers.ts'

/**
 * The handlers of a workspace whose database cannot be opened: every request fails with what is wrong, except for those that
 * check, back up and repair it. `reopen` is called after a repair, and may fail.
 */
export function damagedHandlers(
  damage: unknown,
  upkeep: UpkeepService,
  reopen: () => Promise<void>,
): Handlers {
  const refuse = (): never => {
    throw damage
  }
  const refused = Object.fromEntries(Object.keys(requests).map((name) => [name, refuse]))
  return {
    ...(refused as unknown as Handlers),
    ...healthHandlers(),
    ...upkeepHandlers(upkeep),
    'upkeep.repair': () => {
      const progress = upkeep.repair()
      // If it cannot be opened even so, requests go on to fail with the reason.
      void reopenAfter(upkeep, reopen).catch(() => undefined)
      return progress
    },
  }
}

async function reopenAfter(upkeep: UpkeepService, reopen: () => Promise<void>): Promise<void> {
  await upkeep.idle()
  if (upkeep.current?.state === 'done') await reopen()
}
