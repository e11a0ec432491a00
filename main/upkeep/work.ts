import { StudioError } from '../contract/errors.ts'

/** How long work on a workspace reports its progress and learns that it was cancelled. */
export interface Work {
  signal: AbortSignal
  /** The fraction is 0 to 1. */
  report: (fraction: number, message: string) => void
}

/** Throws Cancelled. `what` is a sentence about what the cancelled work has left. */
export function throwIfCancelled(signal: AbortSignal, what: string): void {
  if (signal.aborted) throw new StudioError('Cancelled', `Cancelled. ${what}`)
}
