import { app, dialog, type BrowserWindow } from 'electron'
import { bounded } from '../../main/contract/printable.ts'

/** An engine that does not answer within this time has nothing that a question could save. */
const ANSWER_MS = 2000
const KEEP = 0
/** More tasks than this would make the question taller than the screen. */
const MAX_NAMED_TASKS = 20
const MAX_TASK_LENGTH = 200
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Returns the running tasks, each worded as the end of a sentence: "training of “baseline”". */
export type WorkInProgress = () => Promise<string[]>

/**
 * Asks before the window closes or the app quits while tasks are running. The system's own signals end the app without
 * a question, because nobody may be there to answer.
 */
export function askBeforeClosing(window: BrowserWindow, workInProgress: WorkInProgress): void {
  let mayClose = false
  let asking = false
  const close = (): void => {
    mayClose = true
    app.quit()
  }
  // The page cannot prevent it, because a script could otherwise keep the window open for ever.
  window.webContents.on('will-prevent-unload', (event) => event.preventDefault())
  for (const signal of SIGNALS) process.once(signal, close)
  window.on('close', (event) => {
    if (mayClose) return
    event.preventDefault()
    if (asking) return
    asking = true
    void mayStopWork(window, workInProgress, 'Quit').then((may) => {
      asking = false
      if (may) close()
    })
  })
}

/** Whether no task is running, or the user agrees to stop them. */
export async function mayStopWork(
  window: BrowserWindow,
  workInProgress: WorkInProgress,
  action: 'Quit' | 'Restart',
): Promise<boolean> {
  const late = new Promise<string[]>((resolve) => setTimeout(() => resolve([]), ANSWER_MS).unref())
  const found = await Promise.race([workInProgress().catch(() => []), late])
  const work = found.slice(0, MAX_NAMED_TASKS).map((item) => bounded(item, MAX_TASK_LENGTH))
  if (work.length === 0) return true
  const what = found.length === 1 ? `the ${work[0]}` : `${found.length} tasks`
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    buttons: [action === 'Quit' ? 'Keep Open' : 'Cancel', `Stop, Save and ${action}`],
    defaultId: KEEP,
    cancelId: KEEP,
    noLink: true,
    title: action === 'Quit' ? 'Quit DLRM Studio?' : 'Restart the engine?',
    message: `${action} and stop ${what}?`,
    detail: detailOf(work),
  })
  return response !== KEEP
}

function detailOf(work: readonly string[]): string {
  const list = work.length > 1 ? `${work.map((item) => `• The ${item}`).join('\n')}\n\n` : ''
  return (
    `${list}Runs are saved with a checkpoint and can be resumed later. ` +
    'Everything else is cancelled and must be started again.'
  )
}
