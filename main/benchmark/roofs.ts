import { nativeAddon } from '../../native/index.ts'
import type { Roofs } from '../contract/benchmarks.ts'

/** What this machine reaches with so many threads. */
export async function measureRoofs(threads: number): Promise<Roofs> {
  return JSON.parse(await nativeAddon().measureRoofs(threads)) as Roofs
}
