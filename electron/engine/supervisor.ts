import { answerFrame, startFrame, type EventFrame, type RequestFrame } from '../../main/contract/channel.ts'
import type { ErrorData } from '../../main/contract/errors.ts'
import type { EngineEvent, ShellEvent } from '../../main/contract/events.ts'
import { boundedMessage } from '../../main/contract/printable.ts'
import type { GrantedFile } from '../../main/contract/file-handles.ts'
import type { EngineLauncher, EngineProcess } from './engine-process.ts'
import { RequestQueue } from './request-queue.ts'
import { RestartPolicy } from './restart-policy.ts'

export type Answer = { ok: true; body: unknown } | { ok: false; error: ErrorData }

const EXIT_LIMIT_MS = 10_000

/** Keeps one engine running: sends requests to it, starts it again when it dies, and emits events. */
export class EngineSupervisor {
  readonly #launch: EngineLauncher
  readonly #emit: (event: EngineEvent | ShellEvent) => void
  readonly #policy = new RestartPolicy()
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  readonly #queue = new RequestQueue((frame) => this.#engine?.send(frame))
  #engine: EngineProcess | null = null
  #lastId = 0
  #restart: NodeJS.Timeout | null = null
  #status: ShellEvent | null = null
  /** Why starting again would not help, according to the engine itself. */
  #failure: ErrorData | null = null
  #resolveExit: (() => void) | null = null
  /** Whether an engine has served the workspace. */
  #served = false

  constructor(launch: EngineLauncher, emit: (event: EngineEvent | ShellEvent) => void) {
    this.#launch = launch
    this.#emit = emit
  }

  /** The last event about the engine itself, for a window that opens later; null before the first. */
  get status(): ShellEvent | null {
    return this.#status
  }

  start(): void {
    this.#failure = null
    const listener = {
      onMessage: (message: unknown) => this.#receive(message),
      onExit: (how: string) => this.#onExit(how),
    }
    this.#engine = this.#launch(listener, this.#served)
  }

  /** Starts the engine again because the user asked for it, also after giving up. */
  startAgain(): void {
    this.#policy.forget()
    if (this.#restart) clearTimeout(this.#restart)
    if (this.#engine) exitOrKill(this.#engine)
    else this.start()
  }

  /**
   * Always resolves. An engine that is gone, or dies during the request, is answered with EngineGone; Busy if too many
   * requests wait.
   */
  request(name: string, body: unknown, files: GrantedFile[] = [], hosts: string[] = []): Promise<Answer> {
    if (!this.#engine) return Promise.resolve({ ok: false, error: this.#failure ?? engineGone() })
    const frame: RequestFrame = { id: ++this.#lastId, name, body, files, hosts }
    return new Promise((resolve) => {
      this.#waiting.set(frame.id, resolve)
      if (this.#queue.add(frame)) return
      this.#waiting.delete(frame.id)
      resolve({ ok: false, error: busy() })
    })
  }

  /** Lets the engine save its work and exit, but kills it after `limitMs`. Resolves when it is gone. */
  stop(limitMs = EXIT_LIMIT_MS): Promise<void> {
    if (this.#restart) clearTimeout(this.#restart)
    const engine = this.#engine
    if (!engine) return Promise.resolve()
    return new Promise((resolve) => {
      this.#resolveExit = resolve
      exitOrKill(engine, limitMs)
    })
  }

  #receive(message: unknown): void {
    const event = (message as Partial<EventFrame> | null)?.event
    if (event) return this.#emit(event)
    const answer = answerFrame.safeParse(message)
    if (answer.success) {
      const { id, ...rest } = answer.data
      this.#waiting.get(id)?.(rest)
      this.#waiting.delete(id)
      this.#queue.answered(id)
      return
    }
    const start = startFrame.safeParse(message)
    if (!start.success) return
    if ('failed' in start.data) this.#failure = start.data.failed
    else {
      this.#served = true
      this.#emitStatus({ kind: 'engineStarted' })
    }
  }

  #onExit(reason: string): void {
    const how = boundedMessage(reason)
    this.#engine = null
    for (const answer of this.#waiting.values()) answer({ ok: false, error: engineGone() })
    this.#waiting.clear()
    this.#queue.clear()
    if (this.#resolveExit) return this.#resolveExit()
    const delay = this.#failure ? null : this.#policy.delayAfterEnd(Date.now())
    if (delay !== null) {
      this.#emitStatus({
        kind: 'engineGone',
        message: `The engine ${how}. It is being restarted.`,
        gaveUp: false,
      })
      this.#restart = setTimeout(() => this.start(), delay)
      return
    }
    const message =
      this.#failure?.message ??
      `The engine ${how}, five times within a minute. Choose File > Restart Engine to try again.`
    this.#failure ??= { code: 'EngineGone', message }
    this.#emitStatus({ kind: 'engineGone', message, gaveUp: true })
  }

  #emitStatus(event: ShellEvent): void {
    this.#status = event
    this.#emit(event)
  }
}

/** Killing a process that has already exited does nothing. */
function exitOrKill(engine: EngineProcess, limitMs = EXIT_LIMIT_MS): void {
  engine.requestExit()
  setTimeout(() => engine.kill(), limitMs).unref()
}

const engineGone = (): ErrorData => ({
  code: 'EngineGone',
  message: 'The engine is being restarted. Try again in a moment.',
})

const busy = (): ErrorData => ({
  code: 'Busy',
  message: 'The engine has too many pending requests. Try again in a moment.',
})
