/** A child process for heavy work, as its owner sees it: how it is started, receives messages, and how it ended. */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StudioError } from '../contract/errors.ts'
import { rebuildRemedy } from '../platform/installation.ts'

const MAX_STDERR_TAIL = 4000
const SECOND_MS = 1000
/** What a watched process sends every second beside its messages. */
const ALIVE = 'alive'
/** A watched process that has sent nothing for as many seconds, during which this process ran, was stopped or hangs. */
const SILENCE_LIMIT_S = 6
/** As many until it sends its first message. */
const START_LIMIT_S = 60
const here = dirname(fileURLToPath(import.meta.url))

export interface WorkerExit {
  code: number | null
  signal: NodeJS.Signals | null
  /** The end of its error stream. */
  stderrTail: string
  /** Whether it was killed because it had sent nothing for too long. */
  wasSilent: boolean
}

/** Called in a watched process: tells its owner every second that it lives. */
export function sayAlive(): void {
  const say = (): void => {
    if (process.connected) process.send?.(ALIVE, () => undefined)
  }
  say()
  setInterval(say, SECOND_MS).unref()
}

export class WorkerProcess<Message extends object> {
  readonly #child: ChildProcess
  #stderrTail = ''
  #wasSilent = false
  /** Resolves when the process has exited and all of its messages were delivered. */
  readonly ended: Promise<WorkerExit>

  /** `bundle` is the name of a file in dist/, without .mjs. A watched one is killed if it is silent. */
  constructor(
    bundle: 'trainer' | 'launcher' | 'benchmark',
    onMessage: (raw: unknown) => void,
    { isWatched = false } = {},
  ) {
    this.#child = fork(bundleFile(bundle), [], {
      // tfjs creates many short-lived objects. If the heap could grow by them, that would look like a leak.
      execArgv: ['--max-semi-space-size=8', '--heap-growing-percent=50'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-MAX_STDERR_TAIL)
    })
    const onSign = isWatched ? this.#watch() : () => undefined
    this.#child.on('message', (raw) => {
      onSign()
      if (raw !== ALIVE) onMessage(raw)
    })
    this.ended = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void =>
        resolve({ code, signal, stderrTail: this.#stderrTail.trim(), wasSilent: this.#wasSilent })
      this.#child.on('close', finish)
      // There is no 'close' event if the process could not be started.
      this.#child.on('error', (error) => {
        this.#stderrTail = error.message
        if (this.#child.pid === undefined) finish(null, null)
      })
    })
  }

  /** Returns what has to be called at each sign of life. */
  #watch(): () => void {
    let silentSeconds = 0
    let limit = START_LIMIT_S
    const watch = setInterval(() => {
      silentSeconds += 1
      if (silentSeconds < limit) return
      this.#wasSilent = true
      this.kill()
    }, SECOND_MS)
    this.#child.once('exit', () => clearInterval(watch))
    this.#child.once('error', () => clearInterval(watch))
    return () => {
      silentSeconds = 0
      limit = SILENCE_LIMIT_S
    }
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  send(message: Message): void {
    // The process may have exited already, which `ended` reports.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  /**
   * Lets all other processes go first where processors are short, the window above all. On an idle machine it computes
   * as fast as before.
   */
  lowerPriority(): void {
    if (this.#child.pid === undefined) return
    try {
      setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
    } catch {
      // The process has exited already, which `ended` reports, or its owner has an even lower priority.
    }
  }

  /** Ends the process at once, whatever it is doing. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

/**
 * The path of a bundle. As a bundle, this file is in dist/ beside the others; as a source file it is two folders away.
 */
export function bundleFile(bundle: string): string {
  const candidates = [join(here, `${bundle}.mjs`), join(here, '..', '..', 'dist', `${bundle}.mjs`)]
  const file = candidates.find((candidate) => existsSync(candidate))
  if (!file) throw new StudioError('Internal', `dist/${bundle}.mjs is missing: ${rebuildRemedy}.`)
  return file
}

/** How and why a process ended without its last message, as far as that is known: two sentences at most. */
export function describeEnd(what: string, { code, signal, stderrTail, wasSilent }: WorkerExit): string {
  if (wasSilent)
    return `The ${what} did not answer for ${SILENCE_LIMIT_S} s, as if it was stopped or hung, and was ended.`
  const how = signal ? `was killed by ${signal}` : `exited with code ${code ?? 'unknown'}`
  const hint =
    signal === 'SIGKILL'
      ? ' The system does this when memory runs out: try a smaller model or batch.'
      : stderrTail
        ? ` Its last output: ${errorLine(stderrTail)}`
        : ''
  return `The ${what} ${how}.${hint}`
}

/** The line of a dying process's output that names the error. It is between a stack and a version. */
function errorLine(stderrTail: string): string {
  const lines = stderrTail.split('\n')
  return lines.find((line) => /^\S*(Error|panicked)\b/.test(line)) ?? lines.at(-1) ?? ''
}
