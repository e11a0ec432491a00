import { app, type BrowserWindow } from 'electron'
import { isAppPage } from '../security/app-path.ts'
import { Background } from './background.ts'
import type { ClosingQuestion } from './ask-before-closing.ts'
import type { EngineSupervisor } from '../engine/supervisor.ts'
import type { EngineWork } from './engine-work.ts'
import { endOnSignals } from './end-signals.ts'

/** An engine that the user does not want to wait for. What its trainers have not saved yet they save by themselves. */
const ABANDONED_MS = 500
/** A page that has not let its window close within this time hangs. */
const HUNG_MS = 1000

export interface CloseSources {
  window: BrowserWindow
  question: Pick<ClosingQuestion, 'ask'>
  work: EngineWork
  supervisor: Pick<EngineSupervisor, 'stop'>
  notify: (title: string, text: string) => void
  /** Whether the page is loaded again by a development server, which is no end of the window. */
  reloads: boolean
}

/**
 * What happens when the window is closed or the app quits: no work is lost without a question, running tasks may go on in
 * the background, and the engine ends before the shell. Returns the function that quits without a question.
 */
export function closeWithCare(sources: CloseSources): () => void {
  const { window, question, work, supervisor, notify, reloads } = sources
  let mayClose = false
  let engineLimitMs: number | undefined
  const quit = (): void => {
    mayClose = true
    app.quit()
    // A page that hangs does not say whether it objects to its end.
    setTimeout(() => !window.isDestroyed() && window.destroy(), HUNG_MS).unref()
  }
  const background = new Background({ window, work, quit: () => window.close(), notify })
  const decide = async (): Promise<void> => {
    // A question that nobody sees could not be answered.
    if (!window.isVisible() && (await work.tasks())?.length) window.show()
    const decision = await question.ask('quit')
    if (decision === 'abandoned') engineLimitMs = ABANDONED_MS
    if (decision === 'ended' || decision === 'abandoned') quit()
    if (decision === 'background') await background.enter()
  }
  window.webContents.on('will-prevent-unload', (event) => {
    // A script of the page may not keep its window open for ever. The preload script always objects to the end of the page,
    // because a window that its own page closes is gone without the event below; while work is in progress, that counts.
    const isEnd = !mayClose && work.busy && isAppPage(window.webContents.getURL()) && !reloads
    if (isEnd) void decide()
    else event.preventDefault()
  })
  window.on('close', (event) => {
    if (mayClose) return
    event.preventDefault()
    void decide()
  })
  app.on('window-all-closed', quit)
  endEngineFirst(() => supervisor.stop(engineLimitMs))
  endOnSignals({ quit, exit: () => app.exit(130) }, window)
  return quit
}

/** Quitting waits until the engine has saved its work. */
function endEngineFirst(stop: () => Promise<void>): void {
  let engineExited = false
  app.on('will-quit', (event) => {
    if (engineExited) return
    event.preventDefault()
    void stop().then(() => {
      engineExited = true
      app.quit()
    })
  })
}
