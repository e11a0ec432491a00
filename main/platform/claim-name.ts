import { randomBytes } from 'node:crypto'
import { pidExists, processStat } from './process-identity.ts'

/** The process to which a file or folder of unfinished work belongs, as its name says. */
export interface ClaimName {
  /** The dataset or file that is being created. */
  dataset: string
  pid: number
  /** Distinguishes the process from a later one with the same pid; '0' if the system does not say. */
  startedAt: string
}

/** A new name of this process: DATASET-PID-START-RANDOM. */
export function newClaimName(dataset: string): string {
  const startedAt = processStat(process.pid)?.startTicks ?? '0'
  return `${dataset}-${process.pid}-${startedAt}-${randomBytes(4).toString('hex')}`
}

export function parseClaim(name: string): ClaimName | null {
  const match = /^(.+)-(\d+)-(\d+)-[0-9a-f]{8}$/.exec(name)
  if (!match) return null
  const [, dataset = '', pid = '', startedAt = ''] = match
  return { dataset, pid: Number(pid), startedAt }
}

export function isClaimAlive({ pid, startedAt }: ClaimName): boolean {
  if (!pidExists(pid)) return false
  const process = processStat(pid)
  if (!process) return true
  return !process.ended && (startedAt === '0' || process.startTicks === startedAt)
}
