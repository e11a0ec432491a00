/** Composition root of the engine process: the services of one workspace behind the shell's message channel. */
import { openStudioDatabase } from '../db/index.ts'
import { BenchmarkService } from './benchmark/benchmark-service.ts'
import { CalibrationService } from './benchmark/calibration/calibration-service.ts'
import type { StartFrame } from './contract/channel.ts'
import { toErrorData } from './contract/errors.ts'
import type { EngineEvent } from './contract/events.ts'
import { printableLines } from './contract/printable.ts'
import { DatasetService } from './datasets/dataset-service.ts'
import { channelToShell } from './engine-channel.ts'
import { backendHandlers } from './serving/backend-handlers.ts'
import { benchmarkHandlers } from './serving/benchmark-handlers.ts'
import { calibrationHandlers } from './serving/calibration-handlers.ts'
import { datasetHandlers } from './serving/dataset-handlers.ts'
import { boundedDispatch } from './serving/dispatch.ts'
import { healthHandlers } from './serving/event-loop-health.ts'
import type { Handlers } from './serving/handlers.ts'
import { modelHandlers } from './serving/model-handlers.ts'
import { OthersChanges } from './serving/others-changes.ts'
import { RunChanges } from './serving/run-changes.ts'
import { NewProblems } from './serving/new-problems.ts'
import { runHandlers } from './serving/run-handlers.ts'
import { noteCutShort } from './serving/work-in-progress.ts'
import { workspaceHandlers } from './serving/workspace-handlers.ts'
import { BackendService } from './training/backends/backend-service.ts'
import { RunService } from './runs/run-service.ts'
import { databaseFile, prepareWorkspace, workspacePath } from './platform/workspace.ts'

const POLL_INTERVAL_MS = 500
/** The window waits for no write of another process: what finds the database busy is done again later. */
const BUSY_MS = 5

const channel = channelToShell()
const emit = (event: EngineEvent): void => void channel.send({ event })

async function serve(): Promise<void> {
  const workspace = prepareWorkspace(workspacePath())
  const database = openStudioDatabase(databaseFile(workspace), { busyMs: BUSY_MS })
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
  const others = new OthersChanges(database, emit, changes)
  const problems = new NewProblems(database, emit)
  const work = { database, datasets, runs, benchmarks, calibrations, backends }
  const looking = setInterval(() => {
    others.poll()
    problems.poll()
  }, POLL_INTERVAL_MS)

  const handlers: Handlers = {
    ...workspaceHandlers({ workspace, database, datasets, work }),
    ...datasetHandlers({ database, datasets }),
    ...modelHandlers(database, emit),
    ...runHandlers({ workspace, database, datasets, runs, changes }),
    ...benchmarkHandlers({ database, benchmarks, emit }),
    ...calibrationHandlers(database, calibrations),
    ...backendHandlers(backends),
    ...healthHandlers(),
  }
  const answer = boundedDispatch(handlers, (frame) => channel.send(frame))
  channel.onMessage((message) => void answer(message))
  leaveWhenAsked(async () => {
    clearInterval(looking)
    noteCutShort(work)
    await Promise.all([benchmarks.close(), calibrations.close(), backends.close()])
    await runs.close()
    await datasets.close()
    database.close()
  })
  await channel.send({ ready: true } satisfies StartFrame)
}

/** Whoever leaves saves first: running work gets its checkpoint, half an import is taken away. */
function leaveWhenAsked(close: () => Promise<void>): void {
  let leaving = false
  const leave = (): void => {
    if (leaving) return
    leaving = true
    void close().then(
      () => process.exit(0),
      (error: unknown) => {
        logError(error)
        process.exit(1)
      },
    )
  }
  channel.onLeave(leave)
  process.on('SIGTERM', leave)
  // Ctrl+C in the terminal reaches the whole group; the shell decides what becomes of the engine.
  process.on('SIGINT', () => undefined)
}

/** For whoever started the window from a terminal; the message may hold names from files. */
function logError(error: unknown): void {
  console.error(printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)))
}

serve().catch(async (error: unknown) => {
  logError(error)
  await channel.send({ failed: toErrorData(error) } satisfies StartFrame)
  process.exit(1)
})
