/** Finds out whether the process that owns something still lives, although pids are reused. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

/**
 * A process in a form by which the database and lock files recognise it later, even if its pid was given to another
 * process in the meantime.
 */
export const processIdentity = z.object({
  pid: z.int(),
  /** Opaque; equal only for the same process. null if this platform does not provide it. */
  startedAt: z.string().nullable(),
  /** The name of the machine or container to which the pids belong. */
  host: z.string(),
})
export type ProcessIdentity = z.infer<typeof processIdentity>

/** An owner that cannot be inspected counts as dead after this long without a heartbeat. */
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
 * Dead: no process has the pid, or one that started at another time. If the start time is not known or the owner is on
 * another machine, its heartbeat decides.
 */
export function isOwnerAlive(owner: ProcessIdentity, heartbeatAt: string | null, now = Date.now()): boolean {
  const beating = heartbeatAt !== null && now - Date.parse(heartbeatAt) <= HEARTBEAT_LIMIT_MS
  if (owner.host !== hostname()) return beating
  if (!pidExists(owner.pid)) return false
  if (owner.startedAt === null) return beating
  return processStart(owner.pid) === owner.startedAt
}

/**
 * The time at which a process began, as a text that no other process has; null if it is dead or the platform does not
 * provide it.
 */
export function processStart(pid: number): string | null {
  try {
    if (process.platform === 'linux') return linuxStart(pid)
    if (process.platform === 'darwin') return darwinStart(pid)
  } catch {
    // The process exited between the two reads, so it does not exist.
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

/**
 * What Linux knows about a process: the clock ticks between boot and its start, whether it has exited and only waits for
 * its parent, and whether a signal has stopped it. null if there is no such process, and on other systems.
 */
export function processStat(pid: number): { startTicks: string; ended: boolean; stopped: boolean } | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  const { state, startTicks } = parseProcStat(stat)
  return { startTicks, ended: state === 'Z' || state === 'X', stopped: state === 'T' }
}

function linuxStart(pid: number): string | null {
  const stat = processStat(pid)
  if (!stat || stat.ended) return null
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot}/${stat.startTicks}`
}

function darwinStart(pid: number): string | null {
  const options = { encoding: 'utf8', timeout: 2000, env: { LC_ALL: 'C', TZ: 'UTC' } } as const
  return execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || null
}

/** Whether any process has the pid, even another user's. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
