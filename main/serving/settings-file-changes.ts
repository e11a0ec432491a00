import { statSync } from 'node:fs'
import type { EngineEvent } from '../contract/events.ts'
import { personSettingsFile } from '../platform/person-settings.ts'

/** Reports that another window or an editor has changed the file of the person's settings. */
export class SettingsFileChanges {
  readonly #emit: (event: EngineEvent) => void
  #seen = stamp()

  constructor(emit: (event: EngineEvent) => void) {
    this.#emit = emit
  }

  poll(): void {
    const now = stamp()
    if (now === this.#seen) return
    this.#seen = now
    this.#emit({ kind: 'changed', what: 'settings' })
  }
}

/** Differs between two contents of the file; empty while there is none or it cannot be reached. */
function stamp(): string {
  try {
    const { mtimeMs, ino, size } = statSync(personSettingsFile())
    return `${mtimeMs} ${ino} ${size}`
  } catch {
    return ''
  }
}
