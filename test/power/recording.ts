/** Runs a program with recorder.c preloaded, and reads what it has recorded. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export type Call =
  | { kind: 'write'; inode: string; offset: number; bytes: Buffer }
  | { kind: 'truncate'; inode: string; length: number }
  | { kind: 'sync'; inode: string }
  | { kind: 'create' | 'makeFolder'; inode: string; path: string }
  | { kind: 'rename' | 'link'; path: string; to: string }
  | { kind: 'remove'; path: string }

/** null if there is no C compiler, or this system has no preloading. */
export function buildRecorder(folder: string): string | null {
  if (process.platform !== 'linux') return null
  const library = join(folder, 'recorder.so')
  try {
    execFileSync('cc', [
      '-shared',
      '-fPIC',
      '-O1',
      '-o',
      library,
      join(import.meta.dirname, 'recorder.c'),
      '-ldl',
      '-lpthread',
    ])
    return library
  } catch (error) {
    console.warn(`TESTS LEFT OUT: the recorder cannot be compiled here (${String(error)}).`)
    return null
  }
}

/** Runs `node SCRIPT ARGS`, which must exit with 0, and returns its calls on files below `root` in their order. */
export async function recorded(
  library: string,
  root: string,
  script: string,
  args: string[],
): Promise<Call[]> {
  const log = `${root}.calls`
  rmSync(log, { force: true })
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Calls that the system's ring makes are none of the C library's.
    env: {
      ...process.env,
      LD_PRELOAD: library,
      RECORDER_ROOT: root,
      RECORDER_LOG: log,
      UV_USE_IO_URING: '0',
    },
  })
  const [status] = (await once(child, 'exit')) as [number | null]
  if (status !== 0) throw new Error(`${script} exited with ${status}.`)
  const calls = parse(readFileSync(log))
  rmSync(log)
  return calls
}

function parse(log: Buffer): Call[] {
  const calls: Call[] = []
  for (let at = 0; at < log.length;) {
    const inode = String(log.readBigUInt64LE(at + 1))
    const offset = Number(log.readBigUInt64LE(at + 9))
    const [first, second] = [log.readUInt32LE(at + 17), log.readUInt32LE(at + 21)]
    const kind = String.fromCharCode(log[at] ?? 0)
    const bytes = log.subarray(at + 25, at + 25 + first)
    const path = bytes.toString('utf8')
    const to = log.toString('utf8', at + 25 + first, at + 25 + first + second)
    at += 25 + first + second
    if (kind === 'w') calls.push({ kind: 'write', inode, offset, bytes })
    else if (kind === 't') calls.push({ kind: 'truncate', inode, length: offset })
    else if (kind === 's') calls.push({ kind: 'sync', inode })
    else if (kind === 'c' || kind === 'm')
      calls.push({ kind: kind === 'c' ? 'create' : 'makeFolder', inode, path })
    else if (kind === 'r' || kind === 'l') calls.push({ kind: kind === 'r' ? 'rename' : 'link', path, to })
    else if (kind === 'u') calls.push({ kind: 'remove', path })
    else throw new Error(`The recording has an unknown call ${kind}.`)
  }
  return calls
}
