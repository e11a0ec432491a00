/** The real app in a real Electron window, driven by Playwright. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { findElectron } from '../../build/setup/electron.mjs'

export interface LaunchOptions {
  /** The default is a new, empty folder, which close() deletes. */
  workspace?: string
  env?: Record<string, string>
  /** Links and files that are opened, as further arguments. */
  opened?: string[]
}

export interface RunningApp {
  app: ElectronApplication
  window: Page
  workspace: string
  /** Ends the app as the end of a session does, which asks nothing, and waits until engine and shell have exited. */
  close(): Promise<void>
}

/** Starts the app as `npm start` does and resolves when its page is loaded. `npm test e2e` builds it first. */
export async function launchApp({
  workspace,
  env = {},
  opened = [],
}: LaunchOptions = {}): Promise<RunningApp> {
  const electron = findElectron()
  if (!electron) throw new Error('There is no Electron runtime: `npm run test:e2e` fetches it.')
  const folder = workspace ?? mkdtempSync(join(tmpdir(), 'studio-'))
  const settings = mkdtempSync(join(tmpdir(), 'studio-settings-'))
  const app = await _electron.launch({
    executablePath: electron.executable,
    args: [...electron.args, '--disable-gpu', ...opened],
    env: {
      ...(process.env as Record<string, string>),
      DLRM_STUDIO_WORKSPACE: folder,
      DLRM_STUDIO_NODE: process.execPath,
      DLRM_STUDIO_AWAIT_PLAYWRIGHT: '1',
      DLRM_STUDIO_SETTINGS: settings,
      ...env,
    },
  })
  const window = await app.firstWindow()
  await window.waitForLoadState('domcontentloaded')
  return {
    app,
    window,
    workspace: folder,
    close: async () => {
      const gone = new Promise((resolve) => app.process().once('exit', resolve))
      const ended = app.process().exitCode !== null || app.process().signalCode !== null
      if (!ended) app.process().kill('SIGTERM')
      if (!ended) await gone
      rmSync(settings, { recursive: true, force: true })
      if (workspace === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The process id of the engine, which is a child of the shell. */
export async function enginePid(app: ElectronApplication): Promise<number> {
  const { execFileSync } = await import('node:child_process')
  const shell = app.process().pid
  const listing = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const line = listing
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(([, parent, ...args]) => Number(parent) === shell && args.some((arg) => arg.endsWith('engine.mjs')))
  if (!line) throw new Error('The engine is not running.')
  return Number(line[0])
}
