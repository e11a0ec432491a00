import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** Whose a folder in `importing` is, as its name says. */
export interface ClaimName {
  dataset: string
  pid: number
  /** Tells the process from a later one with the same pid; '0' where the system does not say. */
  startedAt: string
}

/** A new folder name of this process: DATASET-PID-START-RANDOM. */
export async function newClaimName(dataset: string): Promise<string> {
  const startedAt = (await processStart(process.pid)) ?? '0'
  return `${dataset}-${process.pid}-${startedAt}-${randomBytes(4).toString('hex')}`
}

export function parseClaim(folder: string): ClaimName | null {
  const match = /^(.+)-(\d+)-(\d+)-[0-9a-f]{8}$/.exec(folder)
  if (!match) return null
  const [, dataset = '', pid = '', startedAt = ''] = match
  return { dataset, pid: Number(pid), startedAt }
}

export async function isClaimAlive({ pid, startedAt }: ClaimName): Promise<boolean> {
  if (!isRunning(pid)) return false
  const start = await processStart(pid)
  return start === null || startedAt === '0' || start === startedAt
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Linux: clock ticks between boot and the process's start. null on other systems. */
async function processStart(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return null
  // The second field is the command in parentheses and may hold spaces; the start is the 22nd field.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
