/** A file system of a few megabytes that a test can fill or make read-only. */
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

const FILL = 'fill'

export interface SmallDisk {
  path: string
  /** Fills the disk to the last byte. */
  fill(): void
  /** Fills it except for so many bytes, rounded to the blocks of the disk. */
  fillUpTo(bytes: number): void
  /** Another process fills it after so many milliseconds, whatever is being written then. Resolves once it is full. */
  fillAfter(milliseconds: number): Promise<void>
  /** The bytes that are free. */
  free(): number
  /** Frees the space again. */
  empty(): void
  makeReadOnly(): void
}

/** Whether this process may mount. If not, a note says so, because whole tests are left out then. */
export const mayMount = ((): boolean => {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return process.getuid?.() === 0
  } catch {
    console.warn(
      'TESTS LEFT OUT: a disk of a few megabytes cannot be mounted here (Linux and root are needed).',
    )
    return false
  }
})()

export async function smallDisk(megabytes = 16): Promise<SmallDisk> {
  const path = await temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'tmpfs', path])
  onTestFinished(() => void execFileSync('umount', ['--lazy', path]))
  return {
    path,
    fillUpTo: (bytes) => fillWith(join(path, `${FILL}-65536`), 65536, Math.max(0, freeOn(path) - bytes)),
    fillAfter(milliseconds) {
      const script = `sleep ${milliseconds / 1000}; exec cat /dev/zero > "$0"`
      const filler = spawn('sh', ['-c', script, join(path, `${FILL}-65536`)], { stdio: 'ignore' })
      return new Promise((resolve) => filler.once('close', () => resolve()))
    },
    free: () => freeOn(path),
    fill: () => [65536, 1024, 1].forEach((piece) => fillWith(join(path, `${FILL}-${piece}`), piece)),
    empty: () => [65536, 1024, 1].forEach((piece) => rmSync(join(path, `${FILL}-${piece}`), { force: true })),
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', path]),
  }
}

function freeOn(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

function fillWith(file: string, piece: number, most = Infinity): void {
  const handle = openSync(file, 'a')
  try {
    for (let left = most; left > 0; left -= piece) writeSync(handle, Buffer.alloc(Math.min(piece, left)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(handle)
  }
}
