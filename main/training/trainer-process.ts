/** A trainer process as its owner holds it: started, spoken to, and accounted for when it ends. */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StudioError } from '../contract/errors.ts'
import type { OwnerMessage } from './protocol.ts'

const LAST_WORDS = 4000
const here = dirname(fileURLToPath(import.meta.url))
/** Bundled, this file lies beside the trainer in dist/; from source it is two folders away. */
const candidates = [join(here, 'trainer.mjs'), join(here, '..', '..', 'dist', 'trainer.mjs')]

export interface TrainerExit {
  code: number | null
  signal: NodeJS.Signals | null
  /** The end of what it wrote to its error stream. */
  lastWords: string
}

export class TrainerProcess {
  readonly #child: ChildProcess
  #lastWords = ''
  /** Resolves once the process is gone and all its messages were handed on. */
  readonly ended: Promise<TrainerExit>

  constructor(onMessage: (raw: unknown) => void) {
    const file = candidates.find((candidate) => existsSync(candidate))
    if (!file) throw new StudioError('Internal', 'The trainer is not built: run `npm run build`.')
    this.#child = fork(file, [], {
      execArgv: [],
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

  send(message: OwnerMessage): void {
    // It may be gone already; `ended` tells.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }
}

/** Why a trainer that did not say goodbye is gone, for the run's page. */
export function describeExit({ code, signal, lastWords }: TrainerExit): string {
  const how = signal ? `was ended by ${signal}` : `left with exit code ${code ?? 'unknown'}`
  const hint =
    signal === 'SIGKILL'
      ? ' The system does that when memory runs out: try a smaller model or batch.'
      : lastWords
        ? ` Its last words: ${tellingLine(lastWords)}`
        : ''
  return `The trainer ${how}.${hint} The run can be resumed from its last checkpoint.`
}

/** Of what a dying process writes, the line that names the error; around it stand a stack and a version. */
function tellingLine(lastWords: string): string {
  const lines = lastWords.split('\n')
  return lines.find((line) => /^\S*(Error|panicked)\b/.test(line)) ?? lines.at(-1) ?? ''
}
