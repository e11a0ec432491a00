import type { RunSummary } from '../../../main/contract/runs.ts'
import { attempt, confirmed } from '../../ui/confirm.ts'
import { isActive } from './run-status.ts'
import { useRuns } from './runs-store.ts'

const counted = (count: number) => (count === 1 ? '1 run' : `${count} runs`)

/** Asks, then deletes those that have ended; true where any was deleted. */
export async function deleteRuns(
  runs: readonly Pick<RunSummary, 'id' | 'name' | 'status'>[],
): Promise<boolean> {
  const store = useRuns()
  const ended = runs.filter((run) => !isActive(run.status))
  const living = runs.length - ended.length
  const kept = living ? ` ${counted(living)} still training: stop a run before deleting it.` : ''
  const title = ended.length === 1 ? `Delete ${ended[0]!.name}?` : `Delete ${counted(ended.length)}?`
  const text = `Metrics, log and checkpoints are deleted for good.${kept}`
  if (ended.length === 0) return attempt(() => store.remove(runs[0]!.id))
  if (!(await confirmed(title, text, 'Delete'))) return false
  for (const { id } of ended) {
    if (!(await attempt(() => store.remove(id)))) return false
  }
  return true
}
