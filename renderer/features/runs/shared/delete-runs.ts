import { ask } from '../../../platform/engine.ts'
import { attempt, confirmed } from '../../../ui/confirm.ts'
import { formatExact } from '../../../platform/units.ts'
import { useRuns } from './runs-store.ts'

const counted = (count: number) => (count === 1 ? '1 run' : `${formatExact(count)} runs`)

/** Asks for confirmation and deletes the runs that have ended. Returns whether that succeeded. */
export async function deleteRuns(ids: readonly string[]): Promise<boolean> {
  const { live } = useRuns()
  const ended = ids.filter((id) => !live.has(id))
  const living = ids.length - ended.length
  const [first = ''] = ended
  // The engine refuses to delete a run that is training, and its error says why.
  if (ended.length === 0) return attempt(() => ask('runs.delete', { id: ids[0] ?? '' }))
  const verb = living === 1 ? 'is' : 'are'
  const kept = living ? ` ${counted(living)} ${verb} still training and will be kept.` : ''
  const agreed = await confirmed({
    title: `Delete ${ended.length === 1 ? await nameOf(first) : counted(ended.length)}?`,
    text: `Metrics, logs, notes and checkpoints are deleted for good.${kept}`,
    action: `Delete ${counted(ended.length)}`,
    count: ended.length,
  })
  return agreed && deleteAll(ended)
}

async function nameOf(id: string): Promise<string> {
  const { runs } = await ask('runs.byId', { ids: [id] }).catch(() => ({ runs: [] }))
  return runs[0]?.name ?? id
}

async function deleteAll(ids: readonly string[]): Promise<boolean> {
  const store = useRuns()
  const done = await attempt(async () => {
    for (const [at, id] of ids.entries()) {
      store.deleting = { done: at, total: ids.length }
      await ask('runs.delete', { id })
    }
  })
  store.deleting = null
  return done
}
