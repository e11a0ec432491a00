/** Makes the packages of the app that this machine can make, in release/, and names those that it cannot. */
import { createHash } from 'node:crypto'
import { createReadStream, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { buildAll } from './build.mjs'
import { writeCommandLine } from './package/command-line.mjs'
import { shippedComponents } from './package/components.mjs'
import { configuration } from './package/electron-builder.mjs'
import { writeEngineFolder } from './package/engine-folder.mjs'
import { wrongFuses } from './package/fuses.mjs'
import { writeIcons } from './package/icons.mjs'
import { identityOf } from './package/identity.mjs'
import { licenceTexts } from './package/licences.mjs'
import { makePackages } from './package/make-packages.mjs'
import { billOfMaterials } from './package/sbom.mjs'
import { ensureElectron } from './setup/electron.mjs'
import { onNode24 } from './setup/node24.mjs'
import { fromRoot } from './setup/paths.mjs'
import { runScript, say, SetupError } from './setup/say.mjs'

export const releaseFolder = fromRoot('release')
const MEGABYTE = 1e6

/** Where the window's program is, seen from the engine's folder. */
const executableFromEngine = {
  linux: ({ name }) => `../../${name}`,
  darwin: ({ title }) => `../../MacOS/${title}`,
  win32: ({ name }) => `../../${name}.exe`,
}

/** Builds the app as it is when installed: release/…-unpacked. Returns its folder, its identity and what it lacks. */
export async function buildUnpacked() {
  const electron = await ensureElectron()
  if (electron.standIn && process.env.DLRM_STUDIO_REQUIRE_RELEASE) {
    throw new SetupError(
      'Electron’s own runtime could not be downloaded, and the stand-in is never part of a release. ' +
        'Try again where GitHub can be reached, or unset DLRM_STUDIO_REQUIRE_RELEASE for a development build.',
    )
  }
  await buildAll()
  const identity = identityOf(electron)
  say(`Packaging ${identity.title} ${identity.version} with Electron ${electron.version}`)
  rmSync(releaseFolder, { recursive: true, force: true })
  const stage = (name) => join(releaseFolder, 'stage', name)
  const folders = {
    app: stage('app'),
    engine: stage('engine'),
    icons: writeIcons(stage('icons')),
    notices: stage('notices'),
    // Elsewhere the program is not at the top of its runtime, and electron-builder finds the runtime itself.
    electron:
      process.platform === 'linux' ? copyRuntime(dirname(electron.executable), stage('electron')) : null,
  }
  copyShell(folders.app, identity)
  const executable = executableFromEngine[process.platform](identity)
  const { packages, leftOut, nodeVersion } = await writeEngineFolder(folders.engine, { identity, executable })
  writeNotices(folders.notices, identity, {
    electronVersion: electron.version,
    nodeVersion,
    others: packages,
  })
  // electron-builder changes the configuration that it gets, so each call has its own.
  const configFor = (output) =>
    configuration({ identity, folders: { ...folders, output }, electronVersion: electron.version })
  const app = await packDirectory(configFor(releaseFolder))
  await requireFuses(app, identity)
  return { app, identity, folders, configFor, leftOut }
}

/** The runtime without an app: the stand-in has a link to this checkout, and what its npm package says of itself. */
function copyRuntime(from, to) {
  const own = [join(from, 'resources'), join(from, 'package.json')]
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: (path) => !own.includes(path) })
  mkdirSync(join(to, 'resources'))
  return to
}

function copyShell(folder, identity) {
  mkdirSync(join(folder, 'dist'), { recursive: true })
  for (const name of ['shell.cjs', 'preload.cjs']) cpSync(fromRoot('dist', name), join(folder, 'dist', name))
  cpSync(fromRoot('dist', 'renderer'), join(folder, 'dist', 'renderer'), { recursive: true })
  // A build without it has no updates, and says so.
  const feed = process.env.DLRM_STUDIO_UPDATE_FEED
  if (feed) cpSync(feed, join(folder, 'dist', 'update-feed.json'))
  const { name, version, description, license } = identity
  const about = {
    name,
    version,
    description,
    license,
    author: 'The authors of DLRM Studio',
    main: 'dist/shell.cjs',
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(about))
}

/** What lies beside the program: licence texts, the bill of materials, and the command line. */
function writeNotices(folder, identity, shipped) {
  const components = shippedComponents(shipped)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'LICENSES.txt'), licenceTexts(components))
  writeFileSync(
    join(folder, 'sbom.cdx.json'),
    `${JSON.stringify(billOfMaterials(identity, components), null, 1)}\n`,
  )
  writeCommandLine(folder, identity)
}

async function packDirectory(config) {
  const { build, Platform } = await import('electron-builder')
  await build({ targets: Platform.current().createTarget(['dir']), config, publish: 'never' })
  const folder = readdirSync(releaseFolder).find((name) => /unpacked$|^mac/.test(name))
  if (!folder) throw new SetupError('electron-builder has made no folder with the app.')
  return join(releaseFolder, folder)
}

/** Throws if a switch of the executable is not as build/package/fuses.mjs has it. */
async function requireFuses(app, { name, title }) {
  const executable =
    process.platform === 'darwin' ? `${title}.app` : process.platform === 'win32' ? `${name}.exe` : name
  const wrong = await wrongFuses(join(app, executable))
  if (wrong.length > 0)
    throw new SetupError(`These fuses of the packaged Electron are wrong: ${wrong.join(', ')}.`)
  say('Fuses read back from the package: 6 of 6 as they must be')
}

async function writeChecksums(files) {
  const lines = []
  for (const file of files) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    lines.push(`${hash.digest('hex')}  ${basename(file)}`)
  }
  writeFileSync(join(releaseFolder, 'SHA256SUMS'), `${lines.join('\n')}\n`)
}

/** Makes the packages and says what was made and what was left out. */
export async function makeRelease() {
  const unpacked = await buildUnpacked()
  const { made, leftOut } = await makePackages(unpacked, releaseFolder)
  for (const name of ['LICENSES.txt', 'sbom.cdx.json']) {
    cpSync(join(unpacked.folders.notices, name), join(releaseFolder, name))
    made.push(join(releaseFolder, name))
  }
  await writeChecksums(made)
  rmSync(join(releaseFolder, 'stage'), { recursive: true, force: true })
  for (const file of made) {
    const size = (statSync(file).size / MEGABYTE).toFixed(1)
    process.stdout.write(`made      ${basename(file)} (${size} MB)\n`)
  }
  for (const what of [...unpacked.leftOut, ...leftOut]) process.stdout.write(`left out  ${what}\n`)
  if (unpacked.identity.developmentBuild)
    process.stdout.write('These are development builds with the stand-in Electron, not a release.\n')
}

const script = fileURLToPath(import.meta.url)
if (process.argv[1] === script && onNode24(script)) await runScript(makeRelease)
