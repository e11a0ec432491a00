import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/**
 * Files that are not regular: a pipe without a writer, a socket, a folder, devices, one of /proc, and one of a
 * terabyte.
 */
export async function specialFiles(folder: string): Promise<{ name: string; path: string }[]> {
  const at = (name: string) => join(folder, name)
  execFileSync('mkfifo', [at('pipe')])
  mkdirSync(at('folder'))
  writeFileSync(at('huge'), '')
  truncateSync(at('huge'), 2 ** 40)
  const server = createServer().unref()
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve))
  return [
    ...['pipe', 'folder', 'huge', 'socket'].map((name) => ({ name, path: at(name) })),
    { name: 'endless device', path: '/dev/zero' },
    { name: 'terminal', path: '/dev/tty' },
    { name: 'file of /proc', path: '/proc/self/maps' },
  ]
}

export function makePipe(path: string): void {
  execFileSync('mkfifo', [path])
}
