import { closeSync, writeSync } from 'node:fs'
import { printableLines } from '../../main/contract/printable.ts'
import { openLog } from '../engine/engine-log.ts'

/** What happened to the processes of the window, in a file that a problem report shows. */
export class ShellLog {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** On a full or read-only disk nothing is written. */
  write(line: string): void {
    try {
      const log = openLog(this.#file)
      writeSync(log, `${new Date().toISOString()} ${printableLines(line)}\n`)
      closeSync(log)
    } catch {
      return
    }
  }
}
