import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { app } from 'electron'
import type { UpdateStatus } from '../../main/contract/updates.ts'
import type { EngineWork } from '../closing/engine-work.ts'
import type { ShellLog } from '../crashes/shell-log.ts'
import { findInstallation, removeOldVersions } from './installation.ts'
import type { Feed } from './release.ts'
import { Updates } from './updates.ts'

export interface OfferSources {
  feed: Feed | null
  work: Pick<EngineWork, 'tasks'>
  log: Pick<ShellLog, 'write'>
  emit: (status: UpdateStatus) => void
  /** Without a question. */
  quit: () => void
}

/** The updates of this copy of the app. */
export function offerUpdates({ feed, work, log, emit, quit }: OfferSources): Updates {
  const { platform, execPath, env } = process
  const updates = new Updates({
    version: app.getVersion(),
    feed,
    installation: findInstallation({ platform, executable: execPath, env }),
    folder: join(app.getPath('userData'), 'updates'),
    // An engine that does not answer may be training.
    isBusy: async () => (await work.tasks())?.length !== 0,
    emit,
    log: (line) => log.write(line),
    quitAndInstall: (install) => {
      app.once('quit', () => installAndStart(install, log))
      quit()
    },
  })
  updates.start()
  if (app.isPackaged) void removeOldVersions(execPath)
  return updates
}

/** The engine has ended and the window is closed, so nothing of the old version is in use any more. */
function installAndStart(install: () => string | null, log: Pick<ShellLog, 'write'>): void {
  try {
    const program = install()
    if (program !== null) spawn(program, process.argv.slice(1), { stdio: 'ignore', detached: true }).unref()
  } catch (error) {
    log.write(`The update was not installed: ${error instanceof Error ? error.message : String(error)}`)
    app.relaunch()
  }
}
