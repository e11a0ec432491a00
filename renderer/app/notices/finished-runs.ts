/** Which runs have ended since the list was read the last time. */
import { isActive, type RunSummary } from '../../../main/contract/runs.ts'

/** Runs that were stopped were stopped by somebody, who knows. */
const news = new Set<RunSummary['status']>(['completed', 'failed', 'interrupted'])

export function finishedSince(before: readonly RunSummary[], now: readonly RunSummary[]): RunSummary[] {
  const earlier = new Map(before.map((run) => [run.id, run.status]))
  return now.filter(({ id, status }) => {
    const was = earlier.get(id)
    return news.has(status) && (was === undefined || isActive(was))
  })
}
