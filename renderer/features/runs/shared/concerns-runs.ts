import type { EngineEvent } from '../../../../main/contract/events.ts'

type RunsChanged = Extract<EngineEvent, { kind: 'changed'; what: 'runs' }>

/** Returns whether one of these runs has changed or was deleted. */
export function concernsRuns({ changed, removed, more }: RunsChanged, ids: readonly string[]): boolean {
  if (ids.length === 0) return false
  return more || changed.some(({ id }) => ids.includes(id)) || removed.some((id) => ids.includes(id))
}
