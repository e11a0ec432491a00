import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { hasCommand, lastLines, runCommand } from '../setup/commands.mjs'
import { say, SetupError } from '../setup/say.mjs'
import { makeDeb } from './deb.mjs'
import { makeReadable, writeLinuxFiles } from './linux-files.mjs'
import { makeRpm } from './rpm.mjs'

/** The endings of what electron-builder makes. */
const BUILT = /\.(AppImage|dmg|zip|exe)$/

/** Packages an unpacked app for this platform. Resolves to { made: paths, leftOut: sentences }. */
export async function makePackages(unpacked, output) {
  const linux =
    process.platform === 'linux' ? await makeLinuxPackages(unpacked, output) : { made: [], leftOut: [] }
  const built = await buildOthers(unpacked, output)
  const platforms = ['linux', 'darwin', 'win32'].filter((platform) => platform !== process.platform)
  const names = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
  const elsewhere = platforms.map(
    (platform) => `packages for ${names[platform]}: the native engine has to be compiled there`,
  )
  const other = process.arch === 'x64' ? 'arm64' : 'x64'
  return {
    made: [...linux.made, ...built.made],
    leftOut: [
      ...linux.leftOut,
      ...built.leftOut,
      `packages for ${other}: the native engine has to be compiled there`,
      ...elsewhere,
    ],
  }
}

/** deb, rpm and tar.gz from one tree, by the tools of the system, so that what is tested is what is published. */
async function makeLinuxPackages({ app, identity, folders }, output) {
  const made = []
  const leftOut = []
  makeReadable(app)
  const tree = writeLinuxFiles(join(output, 'stage', 'tree'), {
    app,
    icons: folders.icons,
    identity,
    copyright: copyrightOf(identity),
  })
  say('Packing tar.gz')
  made.push(await makeTarball(app, identity, output))
  if (hasCommand('rpmbuild')) {
    say('Packing rpm')
    made.push(await makeRpm(tree, { identity, output, work: join(output, 'stage', 'rpm') }))
  } else leftOut.push('rpm: rpmbuild is not installed (Debian: apt-get install rpm)')
  if (hasCommand('dpkg-deb')) {
    say('Packing deb')
    made.push(await makeDeb(tree, { identity, output }))
  } else leftOut.push('deb: dpkg-deb is not installed')
  return { made, leftOut }
}

const copyrightOf = ({ name, title, license }) => `${title}
Copyright: the authors of DLRM Studio
License: ${license}

On Debian systems the text of the Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0.
The licences of everything else in the package are in /opt/${name}/LICENSES.txt and LICENSES.chromium.html.
`

async function makeTarball(app, { name, version }, output) {
  const folder = `${name}-${version}`
  const file = join(output, `${folder}-linux-${process.arch}.tar.gz`)
  const rename = `--transform=s,^${basename(app)},${folder},`
  const args = [
    '--owner=0',
    '--group=0',
    '--sort=name',
    rename,
    '-C',
    dirname(app),
    '-I',
    'gzip -9',
    '-cf',
    file,
  ]
  const { code, output: words } = await runCommand('tar', [...args, basename(app)], { quiet: true })
  if (code !== 0) throw new SetupError(`tar could not make the archive:\n\n${lastLines(words)}`)
  return file
}

/** What electron-builder makes with tools that it downloads. Where it cannot, the rest is made all the same. */
async function buildOthers({ app, configFor }, output) {
  const { build, Platform } = await import('electron-builder')
  const targets = { linux: ['AppImage'], darwin: ['dmg', 'zip'], win32: ['nsis', 'portable'] }[
    process.platform
  ]
  const made = []
  const leftOut = []
  for (const target of targets) {
    say(`Packing ${target}`)
    const work = join(output, 'stage', target)
    mkdirSync(work, { recursive: true })
    try {
      const options = {
        targets: Platform.current().createTarget([target]),
        prepackaged: app,
        publish: 'never',
      }
      await build({ ...options, config: configFor(work) })
      made.push(...moveBuilt(work, output))
    } catch (error) {
      leftOut.push(`${target}: electron-builder could not make it (${firstLine(error)})`)
    }
    rmSync(work, { recursive: true, force: true })
  }
  return { made, leftOut }
}

const firstLine = (error) =>
  String(error?.message ?? error)
    .split('\n')[0]
    .slice(0, 200)

function moveBuilt(from, to) {
  const names = readdirSync(from).filter((name) => BUILT.test(name))
  for (const name of names) renameSync(join(from, name), join(to, name))
  return names.map((name) => join(to, name))
}
