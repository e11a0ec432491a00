/** Prepares the minimal Debian in which `npm run test:package` installs the package. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeRelease, releaseFolder } from '../dist.mjs'
import { hasCommand, lastLines, runCommand } from '../setup/commands.mjs'
import { installDebianPackages } from '../setup/debian-packages.mjs'
import { userCacheFolder } from '../setup/paths.mjs'
import { say, SetupError } from '../setup/say.mjs'

const SUITE = 'bookworm'
const MIRROR = process.env.DLRM_STUDIO_DEBIAN_MIRROR ?? 'http://deb.debian.org/debian'
const TOOLS = { debootstrap: 'debootstrap', Xvfb: 'xvfb', ip: 'iproute2', unshare: 'util-linux' }

/**
 * Makes the packages anew, and a Debian root with everything that the deb depends on downloaded, nothing of it installed.
 * Resolves to the environment of the tests.
 */
export async function preparePackageTest() {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new SetupError(
      'The package is tested in a Debian root of its own, which only root on Linux can make.',
    )
  const missing = Object.keys(TOOLS).filter((tool) => !hasCommand(tool))
  if (missing.length > 0)
    await installDebianPackages(
      missing.map((tool) => TOOLS[tool]),
      {
        problem: `The test of the package needs ${missing.join(', ')}`,
        purpose: 'that the test of the package needs',
      },
    )
  if (!process.env.DLRM_STUDIO_RELEASE) await makeRelease()
  const release = process.env.DLRM_STUDIO_RELEASE ?? releaseFolder
  const deb = readdirSync(release).find((name) => name.endsWith('.deb'))
  if (!deb) throw new SetupError(`There is no deb in ${release}.`)
  return { DLRM_STUDIO_RELEASE: release, DLRM_STUDIO_DEBIAN_ROOT: await preparedRoot(join(release, deb)) }
}

/** The root as an archive, kept in the user's cache for packages with the same dependencies. */
async function preparedRoot(deb) {
  const depends = execFileSync('dpkg-deb', ['--field', deb, 'Depends'], { encoding: 'utf8' })
  const key = createHash('sha256').update(`${SUITE} ${MIRROR} ${depends}`).digest('hex').slice(0, 12)
  const archive = join(userCacheFolder(), `debian-${SUITE}-${key}.tar`)
  if (existsSync(archive)) return archive
  const root = join(userCacheFolder(), `debian-${process.pid}`)
  mkdirSync(root, { recursive: true })
  try {
    say(`Making a minimal Debian ${SUITE} with debootstrap (a few minutes, once)`)
    await must('debootstrap', ['--variant=minbase', SUITE, root, MIRROR])
    say('Downloading what the package depends on')
    for (const file of ['resolv.conf', 'hosts']) copyFileSync(`/etc/${file}`, join(root, 'etc', file))
    copyFileSync(deb, join(root, 'tmp', basename(deb)))
    await must('chroot', [root, 'apt-get', 'update'])
    const download = ['apt-get', 'install', '--yes', '--download-only', '--no-install-recommends']
    await must('chroot', [root, ...download, `/tmp/${basename(deb)}`])
    rmSync(join(root, 'tmp', basename(deb)))
    await must('tar', ['-cf', `${archive}.${process.pid}.tmp`, '-C', root, '.'])
    renameSync(`${archive}.${process.pid}.tmp`, archive)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  return archive
}

async function must(command, args) {
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  const { code, output } = await runCommand(command, args, { quiet: true, env })
  if (code !== 0) throw new SetupError(`\`${command} ${args.join(' ')}\` failed:\n\n${lastLines(output)}`)
}

/** A command line that runs another one without a network except for its own loopback. */
export const withoutNetwork = (words) => [
  ...['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
  ...words,
]
