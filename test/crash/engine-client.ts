/** An engine process with which the test communicates over the channel that the shell uses. */
import { fork, type ChildProcess } from 'node:child_process'
import type { AnswerFrame } from '../../main/contract/channel.ts'
import { StudioError, type ErrorData } from '../../main/contract/errors.ts'
import type { GrantedFile } from '../../main/contract/file-handles.ts'
import type { RequestName, RequestOf, ResponseOf } from '../../main/contract/requests.ts'
import { bundle, exitOf, pidOf } from './processes.ts'

export class EngineClient {
  readonly pid: number
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: AnswerFrame) => void>()
  #lastId = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    this.pid = pidOf(child)
    this.ended = exitOf(child)
    child.on('message', (message: Partial<AnswerFrame>) => {
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message as AnswerFrame)
    })
  }

  /** Resolves once the engine serves. */
  static async start(workspace: string): Promise<EngineClient> {
    const child = fork(bundle('engine.mjs'), [], {
      execArgv: [],
      env: { ...process.env, DLRM_STUDIO_WORKSPACE: workspace },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const client = new EngineClient(child)
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: { ready?: true; failed?: ErrorData }) => {
        if (message.ready) resolve()
        if (message.failed) reject(new Error(message.failed.message))
      })
      void client.ended.then((code) => reject(new Error(`The engine exited with ${code}.`)))
    })
    return client
  }

  /** `files` are those that the shell would have granted. */
  async request<Name extends RequestName>(
    name: Name,
    body: RequestOf<Name>,
    files: GrantedFile[] = [],
  ): Promise<ResponseOf<Name>> {
    const id = ++this.#lastId
    const answer = await new Promise<AnswerFrame>((resolve, reject) => {
      this.#waiting.set(id, resolve)
      void this.ended.then(() => reject(new Error('The engine is gone.')))
      this.#child.send({ id, name, body, files })
    })
    if (answer.ok) return answer.body as ResponseOf<Name>
    throw new StudioError(answer.error.code, answer.error.message, answer.error)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  /** As when the window is closed: the engine saves its work and exits. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.ended
  }
}
