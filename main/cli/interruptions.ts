import { EXIT } from './command.ts'

/** npm and the start script forward a Ctrl-C that the terminal has already sent to every process. */
const ECHO_MS = 500

/** The first SIGINT or SIGTERM aborts the signal, so that the work can be saved. The next one ends the process. */
export function interruptions(onFirst: () => void): { signal: AbortSignal; dispose: () => void } {
  const abort = new AbortController()
  let since = 0
  const interrupt = (): void => {
    if (!abort.signal.aborted) {
      since = performance.now()
      onFirst()
      abort.abort()
    } else if (performance.now() - since > ECHO_MS) {
      endNow()
    }
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const dispose = (): void => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  return { signal: abort.signal, dispose }
}

/**
 * Ends the process by the signal itself, which a shell also reports as 130. process.exit would first wait for file
 * operations that hang, as on a lost network drive, or for the native code to finish.
 */
function endNow(): void {
  if (process.platform === 'win32') process.exit(EXIT.interrupted)
  process.removeAllListeners('SIGINT')
  process.kill(process.pid, 'SIGINT')
}
