/**
 * Entry of a trainer process. It trains the one run its owner sends and answers pause, resume and stop. Where the
 * owner vanishes it saves a checkpoint and leaves.
 */
import { toErrorData } from '../contract/errors.ts'
import { ownerMessage, type TrainerJob, type TrainerMessage } from './protocol.ts'
import type { Reporter } from './reporter.ts'
import { RunControl } from './run-control.ts'
import { trainJob } from './train-job.ts'

const control = new RunControl()
let reporter: Reporter | null = null

function send(message: TrainerMessage): void {
  // The owner may be dying: what it does not get any more is in the next checkpoint.
  if (process.connected) process.send?.(message, () => undefined)
}

async function train(job: TrainerJob): Promise<void> {
  let outcome: Extract<TrainerMessage, { kind: 'ended' }>['outcome']
  let error = null
  try {
    outcome = await trainJob(job, { control, send, onReporter: (made) => (reporter = made) })
  } catch (thrown) {
    outcome = 'failed'
    error = toErrorData(thrown)
  }
  leave({ kind: 'ended', outcome, error, last: reporter?.take() ?? null })
}

/** Leaves once the owner has the last message, or at once where there is no owner. */
function leave(last: TrainerMessage): void {
  if (!process.connected || !process.send) process.exit(0)
  process.send(last, () => process.exit(0))
}

process.on('message', (raw) => {
  const { success, data: message, error } = ownerMessage.safeParse(raw)
  if (!success) return leave({ kind: 'ended', outcome: 'failed', error: toErrorData(error), last: null })
  if (message.kind === 'start') void train(message.job)
  else if (message.kind === 'stored') reporter?.confirm(message.number)
  else control[message.kind]()
})

// A terminal's Ctrl-C reaches every process of the command line; what becomes of the run is its owner's to say.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => control.stop())
process.on('disconnect', () => {
  control.stop()
  if (!reporter) process.exit(0)
})
