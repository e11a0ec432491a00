import { ask } from '../../../platform/engine.ts'

const followed = new Map<'home' | 'run' | 'compare', readonly string[]>()

/**
 * The page shows points or log lines of these runs from now on, in place of those that it named before. The engine
 * reports these as they come, and of all other runs the progress only.
 */
export function followRuns(page: 'home' | 'run' | 'compare', ids: readonly string[]): void {
  followed.set(page, ids)
  // A new engine follows nothing: pages follow their runs again once it has started.
  ask('runs.follow', { ids: [...new Set([...followed.values()].flat())] }).catch(() => undefined)
}
