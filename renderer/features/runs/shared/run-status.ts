import type { RunStatus } from '../../../../main/contract/runs.ts'

/** A process trains it now, or is about to. */
export function isActive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused'
}

/** It can go on from where it is or from its last checkpoint. */
export function canResume(status: RunStatus): boolean {
  return status === 'paused' || status === 'stopped' || status === 'interrupted' || status === 'failed'
}
