/** Telling whether the process that owns something still lives, although pids are used again. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

/** A process as the database and lock files can recognise it later, even if its pid has been given to another one since. */
export const processIdentity = z.object({
  pid: z.int(),
  /** Opaque; equal only for the same process. null where this platform does not tell. */
  startedAt: z.string().nullable(),
  /** Name of the machine or container whose pids these are. */
  host: z.string(),
})
export type ProcessIdentity = z.infer<typeof processIdentity>

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

/**
 * What Linux says of a process: the clock ticks between boot and its start, and whether it has ended and only waits for
 * its parent. null where there is no such process, and on other systems.
 */
export function processStat(pid: number): { startTicks: string; ended: boolean } | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  const { state, startTicks } = parseProcStat(stat)
  return { startTicks, ended: state === 'Z' || state === 'X' }
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

/** Whether any process has the pid, be it another user's. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
