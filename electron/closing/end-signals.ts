import { powerMonitor, type BrowserWindow } from 'electron'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
/** A terminal's Ctrl-C reaches the app twice: from the terminal, and from the script that started it. */
const SAME_MS = 1000

export interface Ends {
  /** Saves all work and quits, without a question. */
  quit(): void
  /** Ends this process at once. The engine saves by itself. */
  exit(): void
}

/**
 * Signals and the end of the session end the app without a question, because nobody may be there to answer: all work is
 * saved first. Whoever sends a signal again does not want to wait for that.
 */
export function endOnSignals({ quit, exit }: Ends, window: BrowserWindow): void {
  let first = 0
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = performance.now()
      if (first > 0) return now - first > SAME_MS ? exit() : undefined
      first = now
      if (signal === 'SIGINT')
        process.stderr.write('Saving all work before quitting. Ctrl-C again quits at once.\n')
      quit()
    })
  }
  // On Linux and macOS the system waits a moment for an app that asks for it; Windows tells the window.
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault()
    quit()
  })
  window.on('session-end', quit)
}
