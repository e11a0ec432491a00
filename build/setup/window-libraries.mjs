import { spawnSync } from 'node:child_process'
import { hasCommand, lastLines, runCommand } from './commands.mjs'
import { say, SetupError } from './say.mjs'

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
  await installDebianPackages(packages, missingFiles)
}

/** The names of shared libraries that the executable does not find. */
export function missingLibraries(executable) {
  const { stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' })
  return (stdout ?? '')
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0])
}

async function installDebianPackages(packages, missingFiles) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  const reason =
    missingFiles.length > 0 ? `missing libraries: ${missingFiles.join(', ')}` : 'xvfb-run is missing'
  if (!hasCommand('apt-get')) {
    throw new SetupError(
      `The window cannot open (${reason}).\nInstall your system's packages for: ${packages.join(', ')} (Debian's names).`,
    )
  }
  if (process.getuid() !== 0) {
    throw new SetupError(
      `The window cannot open (${reason}). Run:\n\n  sudo apt-get update && sudo ${command}\n`,
    )
  }
  say(`Installing the Debian packages that a window needs: ${packages.join(' ')}`)
  const quiet = { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  await runCommand('apt-get', ['update'], quiet)
  const { code, output } = await runCommand('apt-get', command.split(' ').slice(1), quiet)
  if (code !== 0) throw new SetupError(`\`${command}\` failed:\n\n${lastLines(output)}`)
}
