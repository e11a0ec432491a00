/**
 * Support for `npm run dev`: the page comes from Vite's server on this machine, and a rebuilt engine is started at
 * once.
 */
import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'

/** A bundle and its source map are written one after the other. */
const SETTLED_MS = 100

/**
 * The origin of the development server, such as `http://127.0.0.1:5173`; null if none is set or if it is not on this
 * machine, because a page from elsewhere must never reach the engine.
 */
export function developmentServer(env: Record<string, string | undefined>): string | null {
  const named = env.DLRM_STUDIO_DEVELOPMENT_SERVER
  if (!named || !URL.canParse(named)) return null
  const { protocol, hostname, origin } = new URL(named)
  return protocol === 'http:' && hostname === '127.0.0.1' ? origin : null
}

/** Calls `restart` whenever the file is replaced. */
export function onReplaced(file: string, restart: () => void): FSWatcher {
  let settled: NodeJS.Timeout | undefined
  return watch(dirname(file), (_event, name) => {
    if (name !== basename(file)) return
    clearTimeout(settled)
    settled = setTimeout(restart, SETTLED_MS)
  })
}

/**
 * Playwright waits for ever if the page's first navigation ends while it attaches to it. Tests therefore open the
 * window only when Playwright, through this function's name, says that it has attached to the shell.
 */
export function driverAttached(): Promise<void> | undefined {
  if (process.env.DLRM_STUDIO_AWAIT_PLAYWRIGHT !== '1') return undefined
  return new Promise((resolve) => Object.assign(globalThis, { __playwright_run: () => resolve() }))
}
