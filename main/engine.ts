/** Composition root of the engine process: the services of one workspace behind the shell's message channel. */
import { openStudioDatabase } from '../db/index.ts'
import { BenchmarkService } from './benchmark/benchmark-service.ts'
import { CalibrationService } from './benchmark/calibration/calibration-service.ts'
import { SERVED_BEFORE, type StartFrame } from './contract/channel.ts'
import { toErrorData } from './contract/errors.ts'
import type { EngineEvent } from './contract/events.ts'
import { printableLines } from './contract/printable.ts'
import { DatasetService } from './datasets/dataset-service.ts'
import { channelToShell } from './engine-channel.ts'
import { backendHandlers } from './serving/backend-handlers.ts'
import { benchmarkHandlers } from './serving/benchmark-handlers.ts'
import { calibrationHandlers } from './serving/calibration-handlers.ts'
import { clusterHandlers } from './serving/cluster-handlers.ts'
import { damagedHandlers } from './serving/damaged-handlers.ts'
import { datasetHandlers } from './serving/dataset-handlers.ts'
import { boundedDispatch } from './serving/dispatch.ts'
import { healthHandlers } from './serving/event-loop-health.ts'
import type { Handlers } from './serving/handlers.ts'
import { modelHandlers } from './serving/model-handlers.ts'
import { OthersChanges } from './serving/others-changes.ts'
import { RunChanges } from './serving/run-changes.ts'
import { RunEvents } from './serving/run-events.ts'
import { NewProblems } from './serving/new-problems.ts'
import { runHandlers } from './serving/run-handlers.ts'
import { settingsHandlers } from './serving/settings-handlers.ts'
import { SettingsFileChanges } from './serving/settings-file-changes.ts'
import { OngoingRequests } from './serving/ongoing-requests.ts'
import { takeOverOngoing } from './serving/unfinished-work.ts'
import { WorkInProgress } from './serving/work-in-progress.ts'
import { trashHandlers } from './serving/trash-handlers.ts'
import { upkeepHandlers } from './serving/upkeep-handlers.ts'
import { workspaceHandlers } from './serving/workspace-handlers.ts'
import { BackendService } from './training/backends/backend-service.ts'
import { RunService } from './runs/run-service.ts'
import { UpkeepService } from './upkeep/upkeep-service.ts'
import { databaseFile, prepareWorkspace, requireStillThere, workspacePath } from './platform/workspace.ts'

const POLL_INTERVAL_MS = 500
/**
 * The maximum time for which the engine's thread waits for a write of another process. It is short, because the window
 * waits meanwhile. What finds the database busy is tried again later.
 */
const MAX_WRITE_WAIT_MS = 5

const channel = channelToShell()
const send = (event: EngineEvent): void => void channel.send({ event })
const runEvents = new RunEvents(send)
const emit = (event: EngineEvent): void => (event.kind === 'run' ? runEvents.report(event) : send(event))

const { promise: begun, resolve: hasBegun } = Promise.withResolvers<void>()
/**
 * Whoever answers the shell's messages now, and what has to end before the engine does. A message that comes while the engine
 * begins waits until there is someone to answer it.
 */
let answer = async (message: unknown): Promise<void> => {
  await begun
  await answer(message)
}
let close: () => Promise<void> = () => Promise.resolve()

async function begin(): Promise<void> {
  if (process.argv.includes(SERVED_BEFORE)) requireStillThere(workspacePath())
  const workspace = prepareWorkspace(workspacePath())
  const upkeep = new UpkeepService({ workspace, emit })
  channel.onMessage((message) => void answer(message))
  exitWhenAsked(() => close())
  try {
    await serve(workspace, upkeep)
  } catch (error) {
    if (toErrorData(error).code !== 'Corrupt') throw error
    offerRepair(workspace, upkeep, error)
  }
  hasBegun()
  await channel.send({ ready: true } satisfies StartFrame)
}

/** Answers everything with what is wrong with the database, until the person has it repaired. */
function offerRepair(workspace: string, upkeep: UpkeepService, damage: unknown): void {
  logError(damage)
  const handlers = damagedHandlers(damage, upkeep, async () => {
    await serve(workspace, upkeep)
    await channel.send({ ready: true } satisfies StartFrame)
  })
  answer = boundedDispatch(handlers, (frame) => channel.send(frame))
  close = () => upkeep.close()
}

async function serve(workspace: string, upkeep: UpkeepService): Promise<void> {
  const database = openStudioDatabase(databaseFile(workspace), { busyMs: MAX_WRITE_WAIT_MS })
  if (database.copy) console.error(`Before the database was updated it was copied to ${database.copy}.`)
  const datasets = new DatasetService({ workspace, onEvent: emit })
  await datasets.watch()
  const changes = new RunChanges(database, emit)
  const onChange = () => changes.poll()
  const runs = new RunService({ workspace, database, origin: 'window', onEvent: emit, onChange })
  const benchmarks = new BenchmarkService({ database, emit })
  const busy = (): string | null => {
    if (benchmarks.current?.state === 'running')
      return 'A benchmark is running: wait for it to finish, or cancel it.'
    return runs.training ? 'A run is training, which would distort the measurement: wait, or pause it.' : null
  }
  const calibrations = new CalibrationService({ database, emit, busy })
  const backends = new BackendService(emit)
  const others = new OthersChanges(database, emit)
  const problems = new NewProblems(database, emit)
  const settings = new SettingsFileChanges(emit)
  const ongoing = new OngoingRequests()
  takeOverOngoing(database)
  const services = { datasets, runs, benchmarks, calibrations, backends, upkeep }
  const work = new WorkInProgress({ ...services, database, exports: ongoing, emit })
  upkeep.opened({
    database,
    busy: () => {
      const [first] = work.tasks()
      if (first === undefined) return null
      return `A workspace is repaired while nothing else is done in it: wait for the ${first.what}, or stop it.`
    },
  })
  const polling = setInterval(() => {
    changes.poll()
    others.poll()
    problems.poll()
    settings.poll()
    work.poll()
  }, POLL_INTERVAL_MS)

  const handlers: Handlers = ongoing.watch({
    ...workspaceHandlers({ workspace, database, datasets, work }),
    ...datasetHandlers({ database, datasets, emit }),
    ...modelHandlers(database, emit),
    ...runHandlers({ workspace, database, datasets, runs, changes, events: runEvents }),
    ...clusterHandlers({ workspace, database, datasets }),
    ...benchmarkHandlers({ database, benchmarks, emit }),
    ...calibrationHandlers(database, calibrations),
    ...trashHandlers({ workspace, database, datasets, changes, emit }),
    ...upkeepHandlers(upkeep),
    ...backendHandlers(backends),
    ...healthHandlers(),
    ...settingsHandlers(database, emit),
  })
  answer = boundedDispatch(handlers, (frame) => {
    work.report()
    return channel.send(frame)
  })
  close = async () => {
    clearInterval(polling)
    work.noteForNextStart()
    await Promise.all([upkeep.close(), benchmarks.close(), calibrations.close(), backends.close()])
    await runs.close()
    await datasets.close()
    database.close()
  }
}

/** Before the engine exits, running work saves its checkpoint and an unfinished import is removed. */
function exitWhenAsked(finish: () => Promise<void>): void {
  let exiting = false
  const exit = (): void => {
    if (exiting) return
    exiting = true
    void finish().then(
      () => process.exit(0),
      (error: unknown) => {
        logError(error)
        process.exit(1)
      },
    )
  }
  channel.onExit(exit)
  process.on('SIGTERM', exit)
  // Ctrl+C in a terminal, and its end, reach every process of the group. The shell decides what happens to the engine.
  process.on('SIGINT', () => undefined)
  process.on('SIGHUP', () => undefined)
}

/** Prints an error for whoever started the window from a terminal. The message may contain names from files. */
function logError(error: unknown): void {
  console.error(printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)))
}

begin().catch(async (error: unknown) => {
  logError(error)
  await channel.send({ failed: toErrorData(error) } satisfies StartFrame)
  process.exit(1)
})
