import { say } from './say.mjs'

/** Chromium refuses to run as root with its sandbox on. */
export function windowSwitches() {
  const asRoot = process.platform === 'linux' && process.getuid() === 0
  if (asRoot) say('Running as root: the window runs without its sandbox (--no-sandbox)')
  return asRoot ? ['--no-sandbox'] : []
}
