/**
 * After a crash of the process that draws with the graphics card, the next start draws without it: Chromium ends the whole
 * app when that process crashes again and again.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fileIn = (userData: string): string => join(userData, 'graphics-crashed')

export function noteGpuCrash(userData: string): void {
  try {
    writeFileSync(fileIn(userData), '')
  } catch {
    return
  }
}

/** Whether the last start ended with a note. It counts for one start. */
export function takeGpuCrash(userData: string): boolean {
  try {
    rmSync(fileIn(userData))
    return true
  } catch {
    return false
  }
}
