/** Telling whether the process that owns a run still lives, although pids are used again. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { ProcessIdentity } from '../../db/types.ts'

/** An owner that cannot be looked at counts as dead after so long without a heartbeat. */
export const HEARTBEAT_LIMIT_MS = 60_000

let current: ProcessIdentity | undefined

/** This process, for `owner` columns. */
export function currentProcess(): ProcessIdentity {
  current ??= { pid: process.pid, startedAt: processStart(process.pid), host: hostname() }
  return current
}

export function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startedAt === b.startedAt && a.host === b.host
}

/**
 * Dead: no process has the pid, or one that started at another time. Where the start time cannot be told or the
 * owner lives on another machine, its heartbeat decides.
 */
export function isOwnerAlive(owner: ProcessIdentity, heartbeatAt: string | null, now = Date.now()): boolean {
  const beating = heartbeatAt !== null && now - Date.parse(heartbeatAt) <= HEARTBEAT_LIMIT_MS
  if (owner.host !== hostname()) return beating
  if (!pidExists(owner.pid)) return false
  if (owner.startedAt === null) return beating
  return processStart(owner.pid) === owner.startedAt
}

/** When a process began, as text that no other process has; null if it is dead or the platform does not tell. */
export function processStart(pid: number): string | null {
  try {
    if (process.platform === 'linux') return linuxStart(pid)
    if (process.platform === 'darwin') return darwinStart(pid)
  } catch {
    // Gone between two looks: the same as not there.
    return null
  }
  return null
}

/**
 * State and start (clock ticks since boot) from /proc/PID/stat. The second field is the program's name in
 * parentheses and may itself contain blanks and parentheses, so fields are counted from its last one.
 */
export function parseProcStat(stat: string): { state: string; startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTicks] = [fields[0], fields[19]]
  if (!state || !startTicks) throw new Error('not a /proc stat line')
  return { state, startTicks }
}

function linuxStart(pid: number): string | null {
  const { state, startTicks } = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // A zombie does nothing any more; it only waits for its parent.
  if (state === 'Z' || state === 'X') return null
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot}/${startTicks}`
}

function darwinStart(pid: number): string | null {
  const options = { encoding: 'utf8', timeout: 2000, env: { LC_ALL: 'C', TZ: 'UTC' } } as const
  return execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || null
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
