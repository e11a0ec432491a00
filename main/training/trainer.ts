/**
 * The entry point of a trainer process. It trains the one run that its owner sends and handles pause, resume and stop.
 * If the owner disappears it saves a checkpoint and exits.
 */
import type { TrainerMessage } from './protocol.ts'
import { trainJob } from './train-job.ts'
import { TrainerSession } from './trainer-session.ts'

const session = new TrainerSession({
  train: trainJob,
  send: (message) => {
    if (process.connected) process.send?.(message, () => undefined)
  },
  end: exitAfter,
  abandon: () => process.exit(0),
})

/** Exits after the owner has received the last message, or at once if there is no owner. */
function exitAfter(last: TrainerMessage): void {
  if (!process.connected || !process.send) process.exit(0)
  process.send(last, () => process.exit(0))
}

process.on('message', (raw) => session.receive(raw))
// Ctrl-C in a terminal, and its end, reach every process of the command line. The owner decides what happens to the run.
process.on('SIGINT', () => undefined)
process.on('SIGHUP', () => undefined)
process.on('SIGTERM', () => session.stop())
process.on('disconnect', () => session.loseOwner())
