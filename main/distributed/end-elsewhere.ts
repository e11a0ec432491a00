/** Ends ranks of other hosts over the remote shell, where the launcher of MPI may not have reached them. */
import { execFile } from 'node:child_process'
import type { RankHost } from '../contract/training.ts'
import { remoteShell } from './check-hosts.ts'
import type { Member } from './rank-messages.ts'

const TIMEOUT_MS = 10_000

/**
 * Kills those of these ranks that still run. A process that has got the number of a rank in the meantime runs another
 * program, and is left alone. Resolves when every host has done it or cannot be reached.
 */
export async function endElsewhere(hosts: readonly RankHost[], members: readonly Member[]): Promise<void> {
  const names = hosts.flatMap(({ name, slots }) => Array.from({ length: slots }, () => name))
  const pids = new Map<string, number[]>()
  for (const { rank, pid } of members) {
    const name = names[rank]
    if (name !== undefined) pids.set(name, [...(pids.get(name) ?? []), pid])
  }
  await Promise.all([...pids].map(([host, own]) => endOn(host, own)))
}

function endOn(host: string, pids: readonly number[]): Promise<void> {
  const { command, options } = remoteShell()
  const script = `for pid in ${pids.join(' ')}; do ps -o args= -p $pid | grep -q /rank.mjs && kill -9 $pid; done; true`
  return new Promise((resolve) => {
    execFile(command, [...options, host, script], { timeout: TIMEOUT_MS }, () => resolve())
  })
}
