import { hasCommand, lastLines, runCommand } from './commands.mjs'
import { say, SetupError } from './say.mjs'

/**
 * Installs Debian packages as root, or throws a SetupError with the exact command. `problem` is the sentence that says what
 * does not work without them, without its full stop; `purpose` continues “the Debian packages”.
 */
export async function installDebianPackages(packages, { problem, purpose }) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!hasCommand('apt-get')) {
    throw new SetupError(
      `${problem}.\nInstall your system's packages for: ${packages.join(', ')} (Debian's names).`,
    )
  }
  if (process.getuid() !== 0) {
    throw new SetupError(`${problem}. Run:\n\n  sudo apt-get update && sudo ${command}\n`)
  }
  say(`Installing the Debian packages ${purpose}: ${packages.join(' ')}`)
  const quiet = { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  await runCommand('apt-get', ['update'], quiet)
  const { code, output } = await runCommand('apt-get', command.split(' ').slice(1), quiet)
  if (code !== 0) throw new SetupError(`\`${command}\` failed:\n\n${lastLines(output)}`)
}
