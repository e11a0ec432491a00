/** A minimal Debian in a folder, in which commands run without a network and without anything of this machine. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const enterScript = fileURLToPath(new URL('enter-root.sh', import.meta.url))
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** An ordinary user, whose home is the only folder that is writable. */
export const PERSON = 1000
export const HOME = '/home/person'

export interface Answer {
  status: number
  stdout: string
  stderr: string
}

export class DebianRoot {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Unpacks what `npm run test:package` has prepared. */
  static async unpack(tarball: string): Promise<DebianRoot> {
    const root = new DebianRoot(mkdtempSync(join(tmpdir(), 'debian-root-')))
    await promisify(execFile)('tar', ['-xf', tarball, '-C', root.folder])
    mkdirSync(join(root.folder, HOME), { recursive: true })
    chownSync(join(root.folder, HOME), PERSON, PERSON)
    return root
  }

  /** The path on this machine of a path in the root. */
  path(inside: string): string {
    return join(this.folder, inside)
  }

  #command(user: number, words: readonly string[]): [string, string[]] {
    const namespaces = ['--mount', '--pid', '--ipc', '--fork', '--kill-child']
    return ['unshare', [...namespaces, 'sh', enterScript, this.folder, String(user), ...words]]
  }

  #environment(user: number, env: Record<string, string>): Record<string, string> {
    const home = user === 0 ? '/root' : HOME
    return {
      HOME: home,
      LANG: 'C.UTF-8',
      PATH: process.env.PATH ?? '',
      DEBIAN_FRONTEND: 'noninteractive',
      ...env,
    }
  }

  /** Runs a command to its end, also if it fails. */
  run(user: number, words: readonly string[], env: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve) => {
      const options = { cwd: '/', env: this.#environment(user, env), maxBuffer: MAX_OUTPUT_BYTES }
      execFile(...this.#command(user, words), options, (error, stdout, stderr) => {
        const status = error ? (typeof error.code === 'number' ? error.code : 1) : 0
        resolve({ status, stdout, stderr })
      })
    })
  }

  /** Starts a command. Killing it ends all processes that it has started. */
  start(user: number, words: readonly string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(...this.#command(user, words), {
      cwd: '/',
      env: this.#environment(user, env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
