import { spawnSync } from 'node:child_process'
import { hasCommand } from './commands.mjs'
import { installDebianPackages } from './debian-packages.mjs'

/** The packages that Electron's window and the invisible screen of tests need on a Debian system. */
const LIBRARIES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1']
const INVISIBLE_SCREEN = ['xvfb', 'xauth']

/**
 * Installs (as root) what the runtime needs to open a window, or prints the exact command. Linux only; does nothing
 * elsewhere.
 */
export async function ensureWindowLibraries(executable, { invisibleScreen = false } = {}) {
  if (process.platform !== 'linux') return
  const missingFiles = missingLibraries(executable)
  const screenMissing =
    invisibleScreen && !(hasCommand('xvfb-run') && hasCommand('Xvfb') && hasCommand('xauth'))
  if (missingFiles.length === 0 && !screenMissing) return
  const packages = [...(missingFiles.length > 0 ? LIBRARIES : []), ...(screenMissing ? INVISIBLE_SCREEN : [])]
  const reason =
    missingFiles.length > 0 ? `missing libraries: ${missingFiles.join(', ')}` : 'xvfb-run is missing'
  await installDebianPackages(packages, {
    problem: `The window cannot open (${reason})`,
    purpose: 'that a window needs',
  })
}

/** The names of shared libraries that the executable does not find. */
export function missingLibraries(executable) {
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' })
  return (stdout ?? '')
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0])
}
