import { isActive, type RunSummary } from '../../../../main/contract/runs.ts'
import { ask } from '../../../platform/engine.ts'
import { attempt, confirmed } from '../../../ui/confirm.ts'
import { formatExact } from '../../../platform/units.ts'
import { useRuns } from './runs-store.ts'

/** The list is drawn anew this often while thousands are deleted. */
const SHOWN_EVERY_MS = 200

const counted = (count: number) => (count === 1 ? '1 run' : `${formatExact(count)} runs`)

/** Asks, then deletes those that have ended; true where any was deleted. */
export async function deleteRuns(
  runs: readonly Pick<RunSummary, 'id' | 'name' | 'status'>[],
): Promise<boolean> {
  const ended = runs.filter((run) => !isActive(run.status))
  const living = runs.length - ended.length
  // The engine says why a run that is training cannot be deleted.
  if (ended.length === 0) return attempt(() => ask('runs.delete', { id: runs[0]!.id }))
  const verb = living === 1 ? 'is' : 'are'
  const kept = living ? ` ${counted(living)} ${verb} still training and will be kept.` : ''
  const agreed = await confirmed({
    title: ended.length === 1 ? `Delete ${ended[0]!.name}?` : `Delete ${counted(ended.length)}?`,
    text: `Metrics, logs, notes and checkpoints are deleted for good.${kept}`,
    action: ended.length === 1 ? 'Delete run' : `Delete ${counted(ended.length)}`,
    count: ended.length,
  })
  return agreed && deleteAll(ended.map(({ id }) => id))
}

async function deleteAll(ids: readonly string[]): Promise<boolean> {
  const store = useRuns()
  const gone = new Set<string>()
  let shownAt = performance.now()
  const done = await attempt(async () => {
    for (const id of ids) {
      await ask('runs.delete', { id })
      gone.add(id)
      store.deleting = { done: gone.size, total: ids.length }
      if (performance.now() - shownAt < SHOWN_EVERY_MS) continue
      shownAt = performance.now()
      store.forget(gone)
    }
  })
  store.forget(gone)
  store.deleting = null
  return done
}
