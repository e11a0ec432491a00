/** How much of this machine other programs use. */
import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'

const SAMPLE_MS = 250

/**
 * The share of all cores' time, 0 to 1, in which other programs used them. This process does nothing in the meantime.
 */
export async function othersShare(): Promise<number> {
  const before = coreTimes()
  await setTimeout(SAMPLE_MS)
  const after = coreTimes()
  const total = after.total - before.total
  return total > 0 ? Math.min(1, Math.max(0, 1 - (after.idle - before.idle) / total)) : 0
}

function coreTimes(): { idle: number; total: number } {
  const times = cpus().map((core) => core.times)
  const total = times.flatMap((each) => Object.values(each)).reduce((sum, each) => sum + each, 0)
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), total }
}
