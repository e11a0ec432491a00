/** A process of our own for heavy work, as its owner holds it: started, spoken to, and accounted for when it ends. */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StudioError } from '../contract/errors.ts'

const LAST_WORDS = 4000
const here = dirname(fileURLToPath(import.meta.url))

export interface WorkerExit {
  code: number | null
  signal: NodeJS.Signals | null
  /** The end of what it wrote to its error stream. */
  lastWords: string
}

export class WorkerProcess<Message extends object> {
  readonly #child: ChildProcess
  #lastWords = ''
  /** Resolves once the process is gone and all its messages were handed on. */
  readonly ended: Promise<WorkerExit>

  /** `bundle` is the name of a file in dist/, without .mjs. */
  constructor(bundle: 'trainer' | 'benchmark', onMessage: (raw: unknown) => void) {
    this.#child = fork(bundleFile(bundle), [], {
      // tfjs makes many short-lived objects: a heap that may grow by them would pass for a leak.
      execArgv: ['--max-semi-space-size=8', '--heap-growing-percent=50'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS)
    })
    this.#child.on('message', onMessage)
    this.ended = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void =>
        resolve({ code, signal, lastWords: this.#lastWords.trim() })
      this.#child.on('close', finish)
      // Where it could not be started at all there is no 'close'.
      this.#child.on('error', (error) => {
        this.#lastWords = error.message
        if (this.#child.pid === undefined) finish(null, null)
      })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  send(message: Message): void {
    // It may be gone already; `ended` tells.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  /** Ends it at once, whatever it is doing. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

/** A bundle's file. Bundled, this file lies beside the others in dist/; from source it is two folders away. */
export function bundleFile(bundle: string): string {
  const candidates = [join(here, `${bundle}.mjs`), join(here, '..', '..', 'dist', `${bundle}.mjs`)]
  const file = candidates.find((candidate) => existsSync(candidate))
  if (!file) throw new StudioError('Internal', `dist/${bundle}.mjs is not built: run \`npm run build\`.`)
  return file
}

/** How a process that did not say goodbye ended, and why as far as it can be told: two sentences at most. */
export function describeEnd(what: string, { code, signal, lastWords }: WorkerExit): string {
  const how = signal ? `was killed by ${signal}` : `exited with code ${code ?? 'unknown'}`
  const hint =
    signal === 'SIGKILL'
      ? ' The system does this when memory runs out: try a smaller model or batch.'
      : lastWords
        ? ` Its last output: ${tellingLine(lastWords)}`
        : ''
  return `The ${what} ${how}.${hint}`
}

/** Of what a dying process writes, the line that names the error; around it stand a stack and a version. */
function tellingLine(lastWords: string): string {
  const lines = lastWords.split('\n')
  return lines.find((line) => /^\S*(Error|panicked)\b/.test(line)) ?? lines.at(-1) ?? ''
}
