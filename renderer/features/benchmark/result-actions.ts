import { ElMessage } from 'element-plus'
import { ask } from '../../platform/engine.ts'
import { attempt, confirmed } from '../../ui/confirm.ts'
import { formatExact } from '../../platform/units.ts'
import { useBenchmarks } from './benchmark-store.ts'
import { appendAll } from '../../../main/model/extremes.ts'

const counted = (count: number) => (count === 1 ? '1 result' : `${formatExact(count)} results`)

/** Asks and then deletes. Returns whether it did. */
export async function deleteResults(ids: string[]): Promise<boolean> {
  const question = {
    title: `Delete ${counted(ids.length)}?`,
    text: 'This cannot be undone: a deleted result can only be measured again.',
    action: `Delete ${counted(ids.length)}`,
    count: ids.length,
  }
  if (!(await confirmed(question))) return false
  return attempt(() => useBenchmarks().remove(ids))
}

/** Asks for a file and writes the results to it. */
export async function exportResults(ids: string[]): Promise<void> {
  await attempt(async () => {
    const out = await window.studio.chooseSavePath({
      purpose: 'exportBenchmarks',
      title: 'Export benchmark results',
      suggestedName: 'benchmarks.json',
    })
    if (out === null) return
    const { path } = await ask('benchmarks.export', { ids, out: out.handle })
    ElMessage({ type: 'success', message: `${counted(ids.length)} written to ${path}.` })
  })
}

/** Asks for files of results and adds what is new in them. Returns the new ids. */
export async function importResults(): Promise<string[]> {
  const added: string[] = []
  await attempt(async () => {
    const files = await window.studio.chooseFiles({
      purpose: 'importBenchmarks',
      title: 'Import benchmark results',
      many: true,
      extensions: ['json'],
    })
    let known = 0
    for (const { handle } of files ?? []) {
      const outcome = await ask('benchmarks.import', { file: handle })
      appendAll(added, outcome.added)
      known += outcome.known
    }
    if (files === null) return
    const rest = known > 0 ? ` ${counted(known)} were here already.` : ''
    ElMessage({ type: 'success', message: `${counted(added.length)} added.${rest}` })
  })
  return added
}
