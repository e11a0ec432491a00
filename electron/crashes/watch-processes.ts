/** What happens when a process of the window crashes: it is logged, and the window says so instead of staying empty. */
import { app, dialog, type BrowserWindow } from 'electron'
import type { ShellEvent } from '../../main/contract/events.ts'
import { noteGpuCrash } from './gpu-crash.ts'
import type { ShellLog } from './shell-log.ts'

const MAX_CONSECUTIVE_RELOADS = 3
/** If a page runs for this long after a reload, the reload was worth while. */
const HEALTHY_AFTER_MS = 30_000

export interface ProcessSources {
  window: BrowserWindow
  log: Pick<ShellLog, 'write'>
  send: (event: ShellEvent) => void
  /** Asks where to save a problem report that no page can show. */
  saveReport: () => Promise<void>
  /** Whether this start draws without the graphics card, because its process crashed. */
  withoutGpu: boolean
}

const reasons: Record<string, string> = {
  oom: 'memory ran out',
  killed: 'it was killed',
  crashed: 'it crashed',
  'launch-failed': 'it could not be started',
  'abnormal-exit': 'it exited',
  'integrity-failure': 'a file of it is damaged',
}
const because = (reason: string): string => reasons[reason] ?? reason

export function watchProcesses(sources: ProcessSources): void {
  const { window, log, send } = sources
  let notice = sources.withoutGpu ? drawnWithoutGpu : null
  window.webContents.on('did-finish-load', () => {
    if (notice !== null) send({ kind: 'notice', message: notice })
    notice = null
  })
  reloadAfterCrash(sources, (message) => (notice = message))
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason === 'clean-exit') return
    log.write(`The process ${name ?? type} ended: ${because(reason)} (${exitCode}).`)
    if (type !== 'GPU') return
    noteGpuCrash(app.getPath('userData'))
    send({ kind: 'notice', message: gpuCrashed })
  })
  askIfUnresponsive(window, log)
}

const drawnWithoutGpu =
  'The graphics process crashed the last time, so the window is drawn without the graphics card until the next start.'
const gpuCrashed =
  'The graphics process crashed and was started again. If the window looks wrong, close it and start DLRM Studio again: ' +
  'it is then drawn without the graphics card.'

/** Everything that the page showed is in the database. */
function reloadAfterCrash(
  { window, log, saveReport }: ProcessSources,
  onReload: (message: string) => void,
): void {
  let reloads = 0
  const reload = (reason: string): void => {
    onReload(
      `The page of the window ended unexpectedly (${because(reason)}) and was loaded again. Nothing that was saved is ` +
        'lost, and what was running goes on.',
    )
    window.webContents.reload()
    setTimeout(() => (reloads = 0), HEALTHY_AFTER_MS).unref()
  }
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    log.write(`The page of the window ended: ${because(reason)} (${exitCode}).`)
    if (++reloads <= MAX_CONSECUTIVE_RELOADS) return reload(reason)
    void askAfterCrashes(window, saveReport).then((again) => {
      reloads = 0
      if (again) reload(reason)
    })
  })
}

/** Resolves to whether the page is to be loaded again. Otherwise the app quits. */
async function askAfterCrashes(window: BrowserWindow, saveReport: () => Promise<void>): Promise<boolean> {
  for (;;) {
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      title: 'DLRM Studio',
      message: 'The page of the window keeps ending unexpectedly.',
      detail:
        'What is running goes on, and nothing that was saved is lost. A problem report is a text file that you can read ' +
        'before you pass it on; nothing is sent.',
      buttons: ['Load Again', 'Save Problem Report…', 'Quit'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    if (response === 1) await saveReport()
    else {
      if (response === 2) app.quit()
      return response === 0
    }
  }
}

function askIfUnresponsive(window: BrowserWindow, log: Pick<ShellLog, 'write'>): void {
  let asking = false
  window.on('unresponsive', () => {
    log.write('The page of the window does not respond.')
    if (asking || !window.isVisible()) return
    asking = true
    const question = {
      type: 'warning' as const,
      title: 'DLRM Studio',
      message: 'The window does not respond.',
      detail:
        'It may only be busy. Loading it again loses what was typed and not saved; what is running goes on.',
      buttons: ['Wait', 'Load Again'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    }
    void dialog.showMessageBox(window, question).then(({ response }) => {
      asking = false
      if (response === 1) window.webContents.forcefullyCrashRenderer()
    })
  })
}
