/**
 * The entry point of a trainer process. It trains the one run that its owner sends and handles pause, resume and stop.
 * If the owner disappears it saves a checkpoint and exits.
 */
import { toErrorData } from '../contract/errors.ts'
import { ownerMessage, type TrainerJob, type TrainerMessage } from './protocol.ts'
import type { Reporter } from './reporter.ts'
import { RunControl } from './run-control.ts'
import { trainJob } from './train-job.ts'

const control = new RunControl()
let reporter: Reporter | null = null

function send(message: TrainerMessage): void {
  // The owner may be dying. What it no longer receives is in the next checkpoint.
  if (process.connected) process.send?.(message, () => undefined)
}

async function train(job: TrainerJob): Promise<void> {
  let outcome: Extract<TrainerMessage, { kind: 'ended' }>['outcome']
  let error = null
  try {
    outcome = await trainJob(job, { control, send, onReporter: (created) => (reporter = created) })
  } catch (thrown) {
    outcome = 'failed'
    error = toErrorData(thrown)
  }
  exitAfter({ kind: 'ended', outcome, error, last: reporter?.take() ?? null })
}

/** Exits after the owner has received the last message, or at once if there is no owner. */
function exitAfter(last: TrainerMessage): void {
  if (!process.connected || !process.send) process.exit(0)
  process.send(last, () => process.exit(0))
}

process.on('message', (raw) => {
  const { success, data: message, error } = ownerMessage.safeParse(raw)
  if (!success) return exitAfter({ kind: 'ended', outcome: 'failed', error: toErrorData(error), last: null })
  if (message.kind === 'start') void train(message.job)
  else if (message.kind === 'stored') reporter?.confirm(message.number)
  else control[message.kind]()
})

// Ctrl-C in a terminal reaches every process of the command line. The owner decides what happens to the run.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => control.stop())
process.on('disconnect', () => {
  control.stop()
  if (!reporter) process.exit(0)
})
