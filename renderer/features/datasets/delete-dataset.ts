import { confirmed, attempt } from '../../ui/confirm.ts'
import { formatExact } from '../../platform/units.ts'
import { isActive, type RunSummary } from '../../../main/contract/runs.ts'
import { useRuns } from '../runs/shared/runs-store.ts'
import { useDatasets } from './shared/datasets-store.ts'

/** Asks, naming what uses the dataset, and deletes it. True once it is gone; a failure is told in a message. */
export async function deleteDataset(id: string): Promise<boolean> {
  const runs = useRuns().list.filter((run) => run.datasetName === id)
  if (!(await confirmed({ title: `Delete ${id}?`, text: consequences(runs), action: 'Delete dataset' })))
    return false
  return attempt(() => useDatasets().remove(id, { force: runs.length > 0 }))
}

/** What deleting a dataset does to the runs trained on it. */
export function consequences(runs: readonly Pick<RunSummary, 'name' | 'status'>[]): string {
  const files = 'Its files are removed from the workspace; the files it was imported from stay.'
  if (runs.length === 0) return `${files} No run was trained on it.`
  const names = runs.slice(0, 3).map((run) => `“${run.name}”`)
  const more = runs.length > 3 ? ` and ${formatExact(runs.length - 3)} more` : ''
  const active = runs.filter((run) => isActive(run.status)).length
  const users = `${runs.length === 1 ? 'One run uses' : `${formatExact(runs.length)} runs use`} it: ${names.join(', ')}${more}.`
  const training = active > 0 ? ` ${active === 1 ? 'One is' : `${active} are`} training on it now.` : ''
  return `${files} ${users}${training} They keep their results, but cannot be resumed or evaluated again.`
}
