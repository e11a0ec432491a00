import { confirmed, attempt } from '../../ui/confirm.ts'
import { ask } from '../../platform/engine.ts'
import { formatExact } from '../../platform/units.ts'
import type { ResponseOf } from '../../../main/contract/requests.ts'
import { useDatasets } from './shared/datasets-store.ts'

/** Asks, naming what uses the dataset, and deletes it. Returns whether it did. A failure is shown in a message. */
export async function deleteDataset(id: string): Promise<boolean> {
  let agreed = false
  const done = await attempt(async () => {
    const users = await ask('datasets.users', { id })
    const text = consequences(users)
    agreed = await confirmed({ title: `Delete ${id}?`, text, action: 'Delete dataset' })
    if (agreed) await useDatasets().remove(id, { force: users.runs > 0 })
  })
  return done && agreed
}

/** What deleting a dataset does to the runs trained on it. */
export function consequences({ runs, live, names }: ResponseOf<'datasets.users'>): string {
  const files = 'It moves to the trash; the files it was imported from stay.'
  if (runs === 0) return `${files} No run was trained on it.`
  const listed = names.map((name) => `“${name}”`).join(', ')
  const more = runs > names.length ? ` and ${formatExact(runs - names.length)} more` : ''
  const users = `${runs === 1 ? 'One run uses' : `${formatExact(runs)} runs use`} it: ${listed}${more}.`
  const training = live > 0 ? ` ${live === 1 ? 'One is' : `${live} are`} training on it now.` : ''
  return `${files} ${users}${training} They keep their results, but cannot be resumed or predict while it is in the trash.`
}
