import { asErrorData, ask } from '../../../platform/engine.ts'
import { attempt, confirmed } from '../../../ui/confirm.ts'
import { formatExact } from '../../../platform/units.ts'
import { offerUndo } from '../../trash/shared/undo-notice.ts'
import { useRuns } from './runs-store.ts'

const counted = (count: number) => (count === 1 ? '1 run' : `${formatExact(count)} runs`)

/** Asks for confirmation and moves the runs that have ended to the trash. Returns whether that succeeded. */
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
    text: `${ended.length === 1 ? 'It moves' : 'They move'} to the trash with metrics, logs, notes and checkpoints.${kept}`,
    action: `Delete ${counted(ended.length)}`,
    count: ended.length,
  })
  return agreed && deleteAll(ended)
}

async function nameOf(id: string): Promise<string> {
  const { runs } = await ask('runs.byId', { ids: [id] }).catch(() => ({ runs: [] }))
  return runs[0]?.name ?? id
}

/** On a full disk there may be no room to note it in the trash, and deleting makes the room. */
async function moveToTrash(id: string): Promise<string | null> {
  try {
    return (await ask('runs.delete', { id })).trashed
  } catch (thrown) {
    if (asErrorData(thrown).code !== 'DiskFull') throw thrown
    const agreed = await confirmed({
      title: `Delete ${await nameOf(id)} for good?`,
      text: 'The disk is full, and there is no room to note it in the trash. Deleting it for good frees its space.',
      action: 'Delete for good',
    })
    if (!agreed) throw thrown
    return (await ask('runs.delete', { id, forGood: true })).trashed
  }
}

async function deleteAll(ids: readonly string[]): Promise<boolean> {
  const store = useRuns()
  const inTrash: string[] = []
  const what = ids.length === 1 ? await nameOf(ids[0] ?? '') : counted(ids.length)
  const done = await attempt(async () => {
    for (const [at, id] of ids.entries()) {
      store.deleting = { done: at, total: ids.length }
      const trashed = await moveToTrash(id)
      if (trashed !== null) inTrash.push(trashed)
    }
  })
  store.deleting = null
  offerUndo(
    what,
    inTrash.map((id) => ({ kind: 'run', id })),
  )
  return done
}
