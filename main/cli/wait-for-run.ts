import type { EngineEvent } from '../contract/events.ts'
import type { RunProgress, RunSummary } from '../contract/runs.ts'
import type { Invocation } from './command.ts'
import { formatDuration } from '../contract/quantities.ts'
import { integer } from './terminal.ts'

/** Shows a run's progress until it ends. An interruption stops it with a checkpoint and prints how to continue. */
export async function waitForRun(invocation: Invocation, id: string): Promise<RunSummary> {
  const { services, signal, note } = invocation
  services.listen(runReporter(invocation, id))
  const stop = (): void => {
    note(`${id} saves a checkpoint and stops.`)
    void services.runs.stop(id).catch(() => undefined)
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const run = await services.runs.waitForEnd(id)
    if (run.status === 'stopped') {
      const resume = services.commandLine(`resume ${id}`)
      const where = run.steps === 0 ? 'before its first step' : `and saved at step ${integer(run.steps)}`
      note(`${id} is stopped ${where}. Continue with: ${resume}`)
    }
    return run
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** A terminal shows one changing line; a file gets the run's own log, with one or two lines for each epoch. */
function runReporter({ watched, progress, note }: Invocation, id: string): (event: EngineEvent) => void {
  let loss: number | null = null
  return (event) => {
    if (event.kind !== 'run' || event.id !== id) return
    for (const { level, message } of event.lines) if (!watched || level !== 'info') note(`${id}: ${message}`)
    loss = event.points.findLast(({ series }) => series === 'train/loss')?.value ?? loss
    if (watched && event.progress) progress(progressText(event.progress, loss))
  }
}

function progressText(now: RunProgress, loss: number | null): string {
  const phrases = [
    `${now.phase === 'training' ? '' : `${now.phase}: `}epoch ${now.epoch}/${now.totalEpochs}`,
    `step ${integer(now.step)}/${integer(now.totalSteps)}`,
    ...(loss === null ? [] : [`loss ${loss.toFixed(4)}`]),
    `${integer(Math.round(now.samplesPerSecond))} samples/s`,
    ...(now.secondsLeft === null ? [] : [`${formatDuration(now.secondsLeft * 1000)} left`]),
  ]
  return phrases.join(', ')
}
