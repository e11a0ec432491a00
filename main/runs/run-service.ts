/**
 * Starts, pauses, resumes, stops and deletes runs for the engine and the command line. Every run trains in a process of
 * its own. The service writes what trainers report to the database and reports it as events.
 */
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunAction, type RunRecord, type StudioDatabase } from '../../db/index.ts'
import { currentProcess } from '../platform/process-identity.ts'
import { StudioError } from '../contract/errors.ts'
import type { EngineEvent } from '../contract/events.ts'
import { runName, type RunProgress, type RunStatus, type RunSummary, isActive } from '../contract/runs.ts'
import type { TrainingConfig } from '../contract/training.ts'
import { readManifest, requireDataset } from '../datasets/catalogue.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { datasetFolders } from '../datasets/workspace-folders.ts'
import type { ModelDocument } from '../model/document.ts'
import { compilePlan } from '../model/plan.ts'
import { interruptRunsOfDeadOwners } from './dead-owners.ts'
import { removeRun, trashRun } from './remove-run.ts'
import { summarizeRun } from './summaries.ts'
import { jobShape } from '../distributed/mpi.ts'
import { requirePlacement } from '../distributed/job-shards.ts'
import { requireRanks } from '../distributed/require-ranks.ts'
import { requireBackend } from '../training/backends/create-backend.ts'
import { currentEnvironment } from '../training/environment.ts'
import { OwnedRun } from '../training/owned-run.ts'
import { checkSchedule } from '../training/schedule.ts'

/** Requests of other processes are answered within this time. */
const REQUESTS_MS = 500
const HEARTBEAT_MS = 5000
/** A process that has not taken a request after so many times as long was stopped or hangs. */
const UNANSWERED_LIMIT = 20

export interface RunServiceOptions {
  /** The workspace folder. */
  workspace: string
  database: StudioDatabase
  origin: 'window' | 'cli'
  /** Called at most ten times a second for each run. */
  onEvent: (event: EngineEvent) => void
  /** Called when runs were changed, so that the owner of the service reports what is new. */
  onChange?: () => void
}

export interface StartRequest {
  name?: string
  /** Folder name in datasets/. */
  dataset: string
  model: ModelDocument
  /** The saved model that the document is of; found by the document if it is not given. */
  modelId?: string | null
  config: TrainingConfig
  /** A safetensors file with every parameter by its reference name, instead of a draw from the seed. */
  initialParameters?: string
}

/** The settings in which a resumed run may differ from its beginning. */
export type ResumeChanges = Partial<Pick<TrainingConfig, 'backend' | 'device' | 'ranks' | 'hosts'>>

/** All failures are StudioErrors. */
export class RunService {
  readonly #options: RunServiceOptions
  readonly #owned = new Map<string, OwnedRun>()
  /** Runs that have ended, but whose end could not be stored yet. */
  readonly #unstoredEnds = new Set<OwnedRun>()
  readonly #timers: NodeJS.Timeout[]

  constructor(options: RunServiceOptions) {
    this.#options = options
    if (options.database.readOnly) {
      this.#timers = []
      return
    }
    this.#reconcile()
    this.#timers = [
      repeat(() => this.#answerRequests(), REQUESTS_MS),
      repeat(() => this.#beat(), HEARTBEAT_MS),
    ]
  }

  /** Whether a run of this process is computing now. */
  get training(): boolean {
    return this.liveRuns().some(({ status }) => status !== 'paused')
  }

  /** This process's runs that have not ended. */
  liveRuns(): { id: string; name: string; status: RunStatus; progress: RunProgress | null }[] {
    const { runs } = this.#options.database
    return [...this.#owned.keys()].flatMap((id) => {
      try {
        const { name, status, progress } = runs.row(id)
        return [{ id, name, status, progress }]
      } catch {
        // Another program has deleted or damaged the row. The other runs must still be saved.
        return []
      }
    })
  }

  /** Checks model, dataset and settings, stores the run and starts its trainer. */
  async start(request: StartRequest): Promise<RunSummary> {
    const { workspace, database, origin } = this.#options
    const { model, config, dataset } = request
    requireName(request.name)
    requireBackend(config.backend, config.precision, config.device)
    await requireRanks(config)
    checkSchedule(config.schedule)
    const manifest = await readManifest(datasetFolders(workspace), dataset)
    if (manifest.splits.train.rows === 0) {
      throw new StudioError(
        'InvalidArgument',
        `The dataset ${dataset} has no training rows: import it with another split.`,
      )
    }
    const plan = compilePlan(model, columnsOf(manifest))
    requirePlacement(plan, config)
    const threads = jobShape(config).threads
    const record = database.runs.create({
      name: request.name ?? `${model.name} on ${dataset}`,
      model,
      modelId: request.modelId === undefined ? database.models.idOf(model) : request.modelId,
      config,
      environment: await currentEnvironment(workspace, threads, origin),
      datasetId: dataset,
      datasetName: manifest.name,
      datasetHash: manifest.hash,
      parameters: plan.parameters.reduce(
        (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
        0,
      ),
      initialParameters: request.initialParameters === undefined ? null : resolve(request.initialParameters),
      owner: currentProcess(),
    })
    this.#train(record, { resume: false })
    return summarizeRun(database, record.id)
  }

  /** Saves a checkpoint and holds. If another process owns the run, its owner is asked to do so. */
  async pause(id: string): Promise<void> {
    this.#control(id, 'pause')
  }

  /** Saves a checkpoint and ends the run as stopped. */
  async stop(id: string): Promise<void> {
    this.#control(id, 'stop')
  }

  /**
   * Continues a paused run, or takes over a stopped, interrupted or failed one from its last checkpoint. Such a run may
   * continue on another backend or device, or with another number of ranks.
   */
  async resume(id: string, changes: ResumeChanges = {}): Promise<void> {
    const { database, workspace } = this.#options
    // Its owner may have died a moment ago.
    this.#reconcile()
    const record = database.runs.get(id)
    if (isActive(record.status)) {
      requireUnchanged(record, changes)
      return this.#control(id, 'resume')
    }
    if (record.status === 'completed') {
      throw new StudioError('InvalidState', `Run ${id} is completed: start a new run with more epochs.`)
    }
    if (record.error?.code === 'Diverged') {
      throw new StudioError(
        'InvalidState',
        `Run ${id} would diverge again: start a new run with a lower learning rate.`,
      )
    }
    const config = { ...record.config, ...changes }
    // A placement is for a number of ranks.
    if (config.ranks !== record.config.ranks) config.placement = null
    requireBackend(config.backend, config.precision, config.device)
    await requireRanks(config)
    requireDataset(datasetFolders(workspace), record.datasetId)
    if (!database.runs.claim(id, currentProcess(), config)) {
      throw new StudioError('InvalidState', `Run ${id} has just been resumed by another process.`)
    }
    this.#train({ ...record, config }, { resume: true })
  }

  /**
   * Moves an ended run to the trash and returns its id there; or null for one that cannot be read, and with `forGood`, which
   * are deleted. Throws InvalidState while it runs, and DiskFull if there is no room to note it, which deleting it makes.
   */
  async remove(id: string, { forGood = false } = {}): Promise<string | null> {
    const { database, workspace } = this.#options
    let trashed: string | null = null
    if (forGood) await removeRun({ database, workspace }, id)
    else trashed = await trashRun({ database, workspace }, id)
    this.#changed()
    return trashed
  }

  /**
   * Returns the summary once the run has ended (completed, stopped, failed or interrupted). Throws if a run of this process
   * has ended and that could not be stored, as on a full disk. For a run of another process it throws Busy if that process
   * takes no requests, and Cancelled once the signal is aborted.
   */
  async waitForEnd(id: string, signal?: AbortSignal): Promise<RunSummary> {
    const { database } = this.#options
    const owned = this.#owned.get(id)
    if (owned && !(await owned.ended)) throw owned.unstoredEnd()
    let unanswered = 0
    while (isActive(database.runs.row(id).status)) {
      this.#reconcile()
      unanswered = database.requests.isWaiting(id) ? unanswered + 1 : 0
      if (unanswered >= UNANSWERED_LIMIT) throw unansweredRequest(database.runs.get(id))
      if (signal?.aborted)
        throw new StudioError('Cancelled', `Run ${id} has been asked to stop, and is not waited for.`)
      await delay(REQUESTS_MS)
    }
    return summarizeRun(database, id)
  }

  /** Stops the runs of this process, waits for their checkpoints, and ends all timers. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    for (const run of this.#owned.values()) run.control('stop')
    await Promise.all([...this.#owned.values()].map((run) => run.ended))
  }

  #train(record: RunRecord, { resume }: { resume: boolean }): void {
    const { workspace, database, origin, onEvent } = this.#options
    const onChange = () => this.#changed()
    const { id, model, config, datasetId, datasetHash, initialParameters } = record
    try {
      const run = new OwnedRun({
        database,
        onEvent,
        onChange,
        lowPriority: origin === 'window',
        job: {
          run: id,
          workspace,
          datasetFolder: requireDataset(datasetFolders(workspace), datasetId),
          datasetHash,
          model,
          config,
          initialParameters,
          resume,
        },
      })
      this.#owned.set(id, run)
      void run.ended.then((stored) => {
        this.#owned.delete(id)
        if (!stored) this.#unstoredEnds.add(run)
      })
    } catch (error) {
      database.runs.end(id, { status: record.status === 'starting' ? 'failed' : 'interrupted', error: null })
      throw error
    } finally {
      this.#changed()
    }
  }

  /** A run of another process is asked for through the database. */
  #control(id: string, action: RunAction): void {
    const { database } = this.#options
    const owned = this.#owned.get(id)
    if (owned) return owned.control(action)
    this.#reconcile()
    const { status } = database.runs.row(id)
    if (!isActive(status)) {
      throw new StudioError('InvalidState', `Run ${id} is ${status}: there is nothing to ${action}.`)
    }
    database.requests.ask(id, action)
  }

  #answerRequests(): void {
    for (const [id, run] of this.#owned) {
      for (const action of this.#options.database.requests.take(id)) run.control(action)
    }
  }

  #beat(): void {
    for (const run of this.#unstoredEnds) if (run.storeEnd()) this.#unstoredEnds.delete(run)
    if (this.#owned.size > 0) this.#options.database.runs.heartbeat(currentProcess())
    this.#reconcile()
  }

  /** Runs whose owner died become interrupted, with whatever checkpoint they have. */
  #reconcile(): void {
    if (interruptRunsOfDeadOwners(this.#options.database)) this.#changed()
  }

  #changed(): void {
    attempt(() => this.#options.onChange?.())
  }
}

/** Throws InvalidArgument. The command line takes any text. */
function requireName(name: string | undefined): void {
  if (name === undefined || runName.safeParse(name).success) return
  throw new StudioError(
    'InvalidArgument',
    `A run's name has 1 to 200 characters, and this one has ${name.length}: choose another one.`,
    { field: 'name' },
  )
}

/** A database that is busy or full for a moment must not end the process: the next time may be better. */
function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // Tried again soon; a lasting failure shows where the run's own updates are stored.
  }
}

function unansweredRequest({ id, owner }: RunRecord): StudioError {
  const process = owner ? `Process ${owner.pid} on ${owner.host}` : 'The process'
  const seconds = (UNANSWERED_LIMIT * REQUESTS_MS) / 1000
  return new StudioError(
    'Busy',
    `${process}, which trains run ${id}, has not answered for ${seconds} s: it was stopped or hangs. The run stops if it ` +
      'goes on; if it is ended, the run can be resumed, from its last checkpoint if there is one.',
  )
}

/** Throws InvalidState. A run that is paused keeps the processes that train it. */
function requireUnchanged({ id, status, config }: RunRecord, changes: ResumeChanges): void {
  const names = ['backend', 'device', 'ranks', 'hosts'] as const
  const changed = names.find(
    (name) => changes[name] !== undefined && JSON.stringify(changes[name]) !== JSON.stringify(config[name]),
  )
  if (changed === undefined) return
  throw new StudioError(
    'InvalidState',
    `Run ${id} is ${status}, and goes on with its ${changed} as before: stop it first, then resume it with another choice.`,
    { field: `config.${changed}` },
  )
}

const repeat = (work: () => void, everyMs: number): NodeJS.Timeout =>
  setInterval(() => attempt(work), everyMs).unref()
