import { app, type BrowserWindow } from 'electron'
import type { ShellEvent } from '../../main/contract/events.ts'
import type { FileGrants } from '../security/file-grants.ts'
import { LINK_SCHEME } from '../../main/contract/links.ts'
import { openedArguments, openedEvents, receivedFrom, together, type Opened } from './opened.ts'

export interface OpenedTarget {
  window: BrowserWindow
  grants: FileGrants
  send(event: ShellEvent): void
  bringToFront(): void
}

/** The links and files of this start. The first argument is the program, and without a package the second the app. */
export const openedAtStart = (): Opened =>
  openedArguments(process.argv.slice(process.defaultApp ? 2 : 1), process.cwd())

/**
 * Collects what is opened from outside: by this start, by further ones of the same workspace, and by the desktop of a
 * Mac. It waits until there is a window whose page listens; call this before the app is ready, and the returned
 * function with the window.
 */
export function receiveOpened(first: Opened): (target: OpenedTarget) => void {
  // Windows has no entry for links from installing; elsewhere the package declares them.
  if (app.isPackaged && process.platform === 'win32') app.setAsDefaultProtocolClient(LINK_SCHEME)
  const waiting: Opened[] = [first]
  let deliver = (): void => undefined
  // A Mac reports files that are opened together one by one.
  const add = (more: Opened): void => {
    waiting.push(more)
    setImmediate(() => deliver())
  }
  let bringToFront = (): void => undefined
  app.on('second-instance', (_event, _argv, _folder, data) => {
    bringToFront()
    add(receivedFrom(data))
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    bringToFront()
    add({ links: [url], files: [] })
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    bringToFront()
    add({ links: [], files: [path] })
  })
  return (target) => {
    const { webContents } = target.window
    let listening = false
    bringToFront = () => target.bringToFront()
    deliver = () => {
      if (!listening) return
      const events = openedEvents(together(waiting.splice(0)), (path, purpose) =>
        target.grants.grant(path, purpose),
      )
      events.forEach((event) => target.send(event))
    }
    // A new page listens once it has loaded, and has no handles of files of the one before.
    webContents.on('did-navigate', () => (listening = false))
    webContents.on('did-finish-load', () => {
      listening = true
      deliver()
    })
  }
}
