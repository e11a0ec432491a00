import type { RunSummary } from '../contract/runs.ts'
import type { Invocation } from './command.ts'
import { duration, integer } from './terminal.ts'

/** Shows a run's progress until it ends; an interruption stops it with a checkpoint. */
export async function waitForRun(
  { services, signal, progress }: Invocation,
  id: string,
): Promise<RunSummary> {
  services.listen((event) => {
    if (event.kind !== 'run' || event.id !== id) return
    for (const line of event.lines) if (line.level !== 'info') progress(line.message)
    const now = event.progress
    if (now) {
      const left = now.secondsLeft === null ? '' : `, ${duration(now.secondsLeft * 1000)} left`
      progress(
        `${id}: ${now.phase}, epoch ${now.epoch}/${now.totalEpochs}, step ${integer(now.step)}/${integer(now.totalSteps)}, ` +
          `${integer(Math.round(now.samplesPerSecond))} samples/s${left}`,
      )
    }
  })
  const stop = () => void services.runs.stop(id).catch(() => undefined)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await services.runs.waitForEnd(id)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
