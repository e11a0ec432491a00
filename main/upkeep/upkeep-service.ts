/** Backing up, restoring, checking and repairing the workspace for the window. One of them runs at a time. */
import type { StudioDatabase } from '../../db/index.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { EngineEvent } from '../contract/events.ts'
import type { UpkeepProgress, UpkeepResult } from '../contract/upkeep.ts'
import { recordOpened, workspaceId } from '../platform/recent-workspaces.ts'
import { createBackup } from './backup/create-backup.ts'
import { placeIn, restoreBackup } from './backup/restore-backup.ts'
import { checkWorkspace } from './check/check-workspace.ts'
import { repairWorkspace } from './repair/repair-workspace.ts'
import type { Work } from './work.ts'

/** Progress is reported at most this often. */
const REPORT_EVERY_MS = 100

export interface UpkeepServiceOptions {
  workspace: string
  emit: (event: EngineEvent) => void
}

/** What the engine serves once the workspace's database is open. */
export interface OpenWorkspace {
  database: StudioDatabase
  /** A sentence that says why the workspace cannot be repaired at the moment, or null if it can. */
  busy: () => string | null
}

export class UpkeepService {
  readonly #options: UpkeepServiceOptions
  /** null while the database cannot be opened because it is damaged. */
  #open: OpenWorkspace | null = null
  #progress: UpkeepProgress | null = null
  #running: { abort: AbortController; ended: Promise<void> } | null = null
  #reportedAt = 0

  constructor(options: UpkeepServiceOptions) {
    this.#options = options
  }

  /** Called when the database is open. */
  opened(open: OpenWorkspace): void {
    this.#open = open
  }

  /** Resolves when nothing is running. */
  async idle(): Promise<void> {
    await this.#running?.ended
  }

  /** The last work of this session. */
  get current(): UpkeepProgress | null {
    return this.#progress
  }

  backUp(to: string): UpkeepProgress {
    const { workspace } = this.#options
    return this.#start('backup', async (work) => {
      // The person has agreed to replace an existing file in the system's dialog.
      return { kind: 'backup', outcome: await createBackup({ workspace, to, replace: true }, work) }
    })
  }

  /** Into a new folder inside `folder`, which comes into the list of workspaces. */
  restore(from: string, folder: string): UpkeepProgress {
    return this.#start('restore', async (work) => {
      const workspace = placeIn(folder, this.#options.workspace)
      const { createdAt, files, bytes, problems } = await restoreBackup({ from, to: workspace }, work)
      recordOpened(workspace)
      const id = workspaceId(workspace)
      return { kind: 'restore', outcome: { workspace, id, createdAt, files, bytes, problems } }
    })
  }

  check(): UpkeepProgress {
    const { workspace } = this.#options
    return this.#start('check', async (work) => ({
      kind: 'check',
      checks: await checkWorkspace(workspace, work, this.#open?.database),
    }))
  }

  /** Throws InvalidState while something else is being done in the workspace. */
  repair(): UpkeepProgress {
    const { workspace } = this.#options
    const database = this.#open?.database
    const why = this.#open?.busy() ?? null
    if (why) throw new StudioError('InvalidState', why)
    return this.#start('repair', async (work) => ({
      kind: 'repair',
      outcome: await repairWorkspace({ workspace, ...(database && { database }) }, work),
    }))
  }

  /** Does nothing if nothing is running. */
  cancel(): void {
    this.#running?.abort.abort()
  }

  async close(): Promise<void> {
    this.cancel()
    await this.#running?.ended
  }

  #start(kind: UpkeepProgress['kind'], work: (work: Work) => Promise<UpkeepResult>): UpkeepProgress {
    if (this.#running)
      throw new StudioError(
        'InvalidState',
        'A backup, restore, check or repair is in progress already: wait, or cancel it.',
      )
    const abort = new AbortController()
    const started = this.#change({
      kind,
      state: 'running',
      fraction: 0,
      message: '',
      result: null,
      error: null,
    })
    this.#running = { abort, ended: this.#run(kind, work, abort.signal) }
    return started
  }

  async #run(
    kind: UpkeepProgress['kind'],
    work: (work: Work) => Promise<UpkeepResult>,
    signal: AbortSignal,
  ): Promise<void> {
    const ended = { kind, fraction: 1, message: '', result: null, error: null }
    try {
      const report = (fraction: number, message: string) => this.#report(kind, fraction, message)
      const result = await work({ signal, report })
      this.#running = null
      this.#change({ ...ended, state: 'done', result })
    } catch (thrown) {
      this.#running = null
      const state = signal.aborted ? 'cancelled' : 'failed'
      this.#change({ ...ended, state, error: signal.aborted ? null : toErrorData(thrown) })
    }
  }

  #report(kind: UpkeepProgress['kind'], fraction: number, message: string): void {
    const now = performance.now()
    if (now - this.#reportedAt < REPORT_EVERY_MS) return
    this.#reportedAt = now
    this.#change({ kind, state: 'running', fraction, message, result: null, error: null })
  }

  #change(progress: UpkeepProgress): UpkeepProgress {
    this.#progress = progress
    this.#options.emit({ kind: 'upkeep', progress })
    return progress
  }
}
