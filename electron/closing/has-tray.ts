import { execFile } from 'node:child_process'

const ASK_MS = 1000

/**
 * Whether the desktop shows tray icons. Windows and macOS always do. On Linux, a desktop that does has a host of status
 * icons on the session's bus, and one that does not would hide the app without a trace.
 */
export async function hasTray(): Promise<boolean> {
  if (process.platform !== 'linux') return true
  return isTrue(await watcherProperty('IsStatusNotifierHostRegistered'))
}

const watcher = 'org.kde.StatusNotifierWatcher'

/** What GLib's own program prints about a property, or nothing if there is no bus, no watcher or no such program. */
function watcherProperty(property: string): Promise<string> {
  const call = ['--method', 'org.freedesktop.DBus.Properties.Get', watcher, property]
  const args = ['call', '--session', '--dest', watcher, '--object-path', '/StatusNotifierWatcher', ...call]
  return new Promise((resolve) =>
    execFile('gdbus', args, { timeout: ASK_MS }, (error, stdout) => resolve(error ? '' : stdout)),
  )
}

/** The program prints `(<true>,)`. */
export const isTrue = (printed: string): boolean => printed.includes('<true>')
