import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseProcStat } from './process-identity.ts'

/** Whose a folder in `importing` is, as its name says. */
export interface ClaimName {
  dataset: string
  pid: number
  /** Tells the process from a later one with the same pid; '0' where the system does not say. */
  startedAt: string
}

/** A new folder name of this process: DATASET-PID-START-RANDOM. */
export async function newClaimName(dataset: string): Promise<string> {
  const startedAt = (await lookAt(process.pid))?.startTicks ?? '0'
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
  const process = await lookAt(pid)
  if (!process) return true
  // A zombie has been killed and only waits for its parent to ask.
  if (process.state === 'Z' || process.state === 'X') return false
  return startedAt === '0' || process.startTicks === startedAt
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Linux: its state, and the clock ticks between boot and its start. null on other systems. */
async function lookAt(pid: number): Promise<{ state: string; startTicks: string } | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null ? null : parseProcStat(stat)
}
