/** How much memory a new process could get. */
import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { dirname, join } from 'node:path'

const CGROUPS = '/sys/fs/cgroup'

/** The files in which the two versions of control groups say how much a group may use and uses. */
const versions = [
  {
    entry: /^0::(.*)$/m,
    mount: CGROUPS,
    limit: 'memory.max',
    used: 'memory.current',
    cached: /^inactive_file (\d+)$/m,
  },
  {
    entry: /^\d+:(?:[\w,]*,)?memory(?:,[\w,]*)?:(.*)$/m,
    mount: `${CGROUPS}/memory`,
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    cached: /^total_inactive_file (\d+)$/m,
  },
] as const

/** Bytes that are free or can be freed without swapping, within the limits of the control groups of this process. */
export function availableMemory(): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text('/proc/meminfo'))?.[1]
  const ofMachine = kilobytes === undefined ? freemem() : 1024 * Number(kilobytes)
  return roomInGroups().reduce((least, room) => Math.min(least, room), ofMachine)
}

/** What each group with a limit has left. The page cache of files does not count, because it gives way. */
function roomInGroups(): number[] {
  const groups = text('/proc/self/cgroup')
  return versions.flatMap(({ entry, mount, limit, used, cached }) => {
    const own = entry.exec(groups)?.[1]
    if (own === undefined) return []
    return groupsFrom(own).flatMap((group) => {
      const folder = join(mount, group)
      const most = Number(text(join(folder, limit)).trim() || NaN)
      const now = Number(text(join(folder, used)).trim() || NaN)
      if (!Number.isFinite(most) || !Number.isFinite(now)) return []
      const files = Number(cached.exec(text(join(folder, 'memory.stat')))?.[1] ?? 0)
      return [Math.max(0, most - now + Math.min(files, now))]
    })
  })
}

/** A group and those around it. */
function groupsFrom(group: string): string[] {
  return group === '/' ? ['/'] : [group, ...groupsFrom(dirname(group))]
}

/** Empty for a file that is not there or cannot be read, as on a system without it. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
