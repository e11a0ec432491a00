import type { DoctorCheck } from '../../contract/workspace.ts'

/** Files or folders that cannot be used, and why. */
export interface Damage {
  /** Relative to the workspace, with forward slashes. What belongs together is one damage, such as both files of a checkpoint. */
  paths: string[]
  /** Completes the sentence "It was moved, because". */
  why: string
}

/** A check, with what a repair moves out of the way. */
export interface Examined extends DoctorCheck {
  damage: Damage[]
}

export const sound = (name: string, found: string): Examined => ({
  name,
  ok: true,
  found,
  remedy: null,
  damage: [],
})
