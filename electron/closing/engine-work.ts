import type { EngineEvent, ShellEvent } from '../../main/contract/events.ts'
import type { WorkTask } from '../../main/contract/workspace.ts'
import type { EngineSupervisor } from '../engine/supervisor.ts'

/** An engine that does not answer within this time has nothing that a question could save. */
const ANSWER_MS = 2000

/** What the shell asks of the engine about its work. */
export class EngineWork {
  readonly #supervisor: Pick<EngineSupervisor, 'request'>

  #busy = false

  constructor(supervisor: Pick<EngineSupervisor, 'request'>) {
    this.#supervisor = supervisor
  }

  /** Whether anything runs, as far as the engine's events have said it. */
  get busy(): boolean {
    return this.#busy
  }

  /** Called with each event. Work of an engine that is gone is interrupted already. */
  heard(event: EngineEvent | ShellEvent): void {
    if (event.kind === 'work') this.#busy = event.busy
    if (event.kind === 'engineGone') this.#busy = false
  }

  /** The running tasks; null if the engine is gone or does not answer. */
  async tasks(): Promise<WorkTask[] | null> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ANSWER_MS)))
    const answer = await Promise.race([this.#supervisor.request('workspace.activity', {}), late])
    clearTimeout(timer)
    return answer?.ok ? (answer.body as { tasks: WorkTask[] }).tasks : null
  }

  /** Asks every task to save what can be saved, and to stop. */
  async stop(): Promise<void> {
    await this.#supervisor.request('workspace.stopWork', {})
  }
}
