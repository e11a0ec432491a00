import { openStudioDatabase, type StudioDatabase } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { DatasetService } from '../datasets/dataset-service.ts'
import { interruptRunsOfDeadOwners } from '../runs/dead-owners.ts'
import { RunService } from '../runs/run-service.ts'
import { commandFor } from '../platform/installation.ts'
import { databaseFile, prepareWorkspace, workspacePath } from '../platform/workspace.ts'

/** Quotes a text so that a POSIX shell reads it as one word. */
const quoted = (word: string): string =>
  /^[\w./:@%+=,~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** The engine's services for one command. Each is opened when it is first used. */
export class Services {
  readonly #chosen: string | undefined
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  #workspace: string | undefined
  #database: StudioDatabase | undefined
  #datasets: DatasetService | undefined
  #runs: RunService | undefined

  constructor(workspace: string | undefined) {
    this.#chosen = workspace
  }

  /** The folder of the workspace, which may not exist yet. Reading this path does not create it. */
  get workspacePath(): string {
    return workspacePath(this.#chosen)
  }

  /** The words that call another command in the same workspace. */
  commandLine(words: string): string {
    const workspace = this.#chosen === undefined ? '' : ` --workspace ${quoted(this.#chosen)}`
    return commandFor(`${words}${workspace}`)
  }

  get workspace(): string {
    return (this.#workspace ??= prepareWorkspace(this.workspacePath))
  }

  get database(): StudioDatabase {
    return (this.#database ??= this.#opened())
  }

  /** A list must not show a run as running if its process was killed. */
  #opened(): StudioDatabase {
    const database = openStudioDatabase(databaseFile(this.workspace))
    interruptRunsOfDeadOwners(database)
    return database
  }

  get datasets(): DatasetService {
    return (this.#datasets ??= new DatasetService({ workspace: this.workspace, onEvent: this.#onEvent }))
  }

  get runs(): RunService {
    return (this.#runs ??= new RunService({
      workspace: this.workspace,
      database: this.database,
      origin: 'cli',
      onEvent: this.#onEvent,
    }))
  }

  listen(listener: (event: EngineEvent) => void): void {
    this.#listeners.add(listener)
  }

  /** The copy that was made because this release has changed the database's schema; null if it has not. */
  get copy(): string | null {
    return this.#database?.copy ?? null
  }

  /** The parts of the workspace that could not be used and were left out, and why nothing can be changed, for warnings. */
  problems(): string[] {
    const readOnly = this.#database?.readOnly?.message
    return [...(readOnly === undefined ? [] : [readOnly]), ...(this.#database?.problems() ?? [])]
  }

  /** Stops running work with a checkpoint, and closes the database. */
  async close(): Promise<void> {
    await this.#runs?.close()
    await this.#datasets?.close()
    this.#database?.close()
  }

  readonly #onEvent = (event: EngineEvent): void => {
    for (const listener of this.#listeners) listener(event)
  }
}
