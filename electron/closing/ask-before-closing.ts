/**
 * The question before something ends the engine's work: on the page, in the app's own style, or in a dialog of the
 * system where the page does not show it. Work that is stopped is waited for, so that its progress is seen.
 */
import { dialog, type BrowserWindow } from 'electron'
import { setTimeout as delay } from 'node:timers/promises'
import { bounded } from '../../main/contract/printable.ts'
import type { ClosingAnswer, ClosingEvent } from '../../main/contract/closing.ts'
import type { WorkTask } from '../../main/contract/workspace.ts'
import type { EngineWork } from './engine-work.ts'

/** A page that has not shown the question within this time will not. */
const SHOWN_MS = 1500
/** Whoever asks to close so many times gets the system's dialog, because the page may only claim to show its own. */
const ATTEMPTS = 3
const POLL_MS = 250
/** After this time of stopping it is offered not to wait any longer. */
const PATIENCE_MS = 10_000
/** More tasks than this would make the question taller than the screen. */
const MAX_NAMED_TASKS = 20
const MAX_TASK_LENGTH = 200

type Action = ClosingEvent['action']
/** `abandoned`: the user does not want to wait for what still runs. */
export type Decision = 'ended' | 'abandoned' | 'background' | 'keep'

export interface ClosingSources {
  window: BrowserWindow
  work: Pick<EngineWork, 'tasks' | 'stop'>
  send: (event: ClosingEvent) => void
  /** Whether the desktop has a place for the icon of a window that is hidden. */
  hasTray: () => Promise<boolean>
}

interface Asking {
  action: Action
  attempts: number
  settle: (answer: ClosingAnswer) => void
  shown: () => void
}

export class ClosingQuestion {
  readonly #sources: ClosingSources
  #asking: Asking | null = null
  #endNow = false

  constructor(sources: ClosingSources) {
    this.#sources = sources
  }

  /** An answer of the page. */
  answer(answer: ClosingAnswer): void {
    if (answer === 'now') this.#endNow = true
    else if (answer === 'shown') this.#asking?.shown()
    else this.#asking?.settle(answer)
  }

  /**
   * Asks what to do with the running tasks, if there are any. Resolves to 'ended' when there is nothing left that ending
   * the engine would lose. Whoever asks while a question is open gets 'keep'.
   */
  async ask(action: Action): Promise<Decision> {
    if (this.#asking) {
      this.#askAgain(this.#asking)
      return 'keep'
    }
    const tasks = await this.#sources.work.tasks()
    if (!tasks || tasks.length === 0) return 'ended'
    const answer = await this.#answerOf(action, tasks)
    if (answer === 'stop') return this.#stopped(action)
    return answer === 'background' ? 'background' : 'keep'
  }

  async #answerOf(action: Action, tasks: WorkTask[]): Promise<ClosingAnswer> {
    const event: ClosingEvent = {
      kind: 'closing',
      stage: 'asking',
      action,
      tasks: tasks.map(boundedTask),
      tray: await this.#sources.hasTray(),
      impatient: false,
    }
    let settle: (answer: ClosingAnswer) => void = () => undefined
    const answered = new Promise<ClosingAnswer>((resolve) => (settle = resolve))
    let isShown = false
    this.#asking = { action, attempts: 1, settle, shown: () => (isShown = true) }
    this.#sources.send(event)
    void delay(SHOWN_MS).then(() => {
      if (!isShown && this.#asking?.settle === settle) void this.#askSystem(action, tasks).then(settle)
    })
    const answer = await answered
    this.#asking = null
    if (answer !== 'stop') this.#over(action)
    return answer
  }

  #askAgain(asking: Asking): void {
    asking.attempts++
    if (asking.attempts !== ATTEMPTS) return
    void this.#sources.work
      .tasks()
      .then((tasks) => this.#askSystem(asking.action, tasks ?? []))
      .then(asking.settle)
  }

  /** Waits until the tasks have ended, and tells the page how far they are. */
  async #stopped(action: Action): Promise<Decision> {
    const { work, send } = this.#sources
    const began = performance.now()
    this.#endNow = false
    // An engine that hangs must not keep the window from closing.
    void work.stop()
    while (!this.#endNow) {
      const tasks = await work.tasks()
      const waited = performance.now() - began
      if (tasks?.length === 0) break
      // An engine that is gone has nothing to save; one that hangs may come back.
      if (tasks === null && waited > PATIENCE_MS) break
      const impatient = waited > PATIENCE_MS
      const shown = (tasks ?? []).map(boundedTask)
      send({ kind: 'closing', stage: 'stopping', action, tasks: shown, tray: false, impatient })
      await delay(POLL_MS)
    }
    this.#over(action)
    return this.#endNow ? 'abandoned' : 'ended'
  }

  #over(action: Action): void {
    this.#sources.send({ kind: 'closing', stage: 'over', action, tasks: [], tray: false, impatient: false })
  }

  async #askSystem(action: Action, tasks: WorkTask[]): Promise<ClosingAnswer> {
    const work = tasks.slice(0, MAX_NAMED_TASKS).map(boundedTask)
    const [first] = work
    const what = tasks.length === 1 && first ? `the ${first.what}` : `${tasks.length} tasks`
    const choices: { text: string; answer: ClosingAnswer }[] = [
      { text: action === 'quit' ? 'Keep Open' : 'Cancel', answer: 'keep' },
      ...(action === 'quit' ? [{ text: 'Continue in Background', answer: 'background' as const }] : []),
      { text: `Stop, Save and ${verbs[action]}`, answer: 'stop' },
    ]
    const { response } = await dialog.showMessageBox(this.#sources.window, {
      type: 'warning',
      buttons: choices.map(({ text }) => text),
      defaultId: 0,
      cancelId: 0,
      noLink: true,
      title: `${verbs[action]} DLRM Studio?`,
      message: `${verbs[action]} and stop ${what}?`,
      detail: detailOf(work),
    })
    return choices[response]?.answer ?? 'keep'
  }
}

const verbs: Record<Action, string> = { quit: 'Quit', restart: 'Restart' }

const boundedTask = (task: WorkTask): WorkTask => ({ ...task, what: bounded(task.what, MAX_TASK_LENGTH) })

function detailOf(work: readonly WorkTask[]): string {
  const list = work.length > 1 ? `${work.map(({ what }) => `• The ${what}`).join('\n')}\n\n` : ''
  return (
    `${list}Runs are saved with a checkpoint and can be resumed later. ` +
    'Everything else is cancelled and must be started again.'
  )
}
