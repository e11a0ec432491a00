import { mkdirSync, readdirSync, lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, runCommand } from '../setup/commands.mjs'
import { SetupError } from '../setup/say.mjs'

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' }

/**
 * The libraries that Chromium, Node and the addon load, and nothing else. Where Ubuntu has given a package another name
 * because its times have 64 bits, both names are there. The addon asks for the symbols of glibc 2.34.
 */
const DEPENDS = [
  'libc6 (>= 2.34)',
  'libstdc++6',
  'libgtk-3-0t64 | libgtk-3-0',
  'libnss3',
  'libasound2t64 | libasound2',
  'libgbm1',
  'libx11-xcb1',
  'libcups2t64 | libcups2',
  'libatspi2.0-0t64 | libatspi2.0-0',
]

const kilobytes = (folder) =>
  Math.ceil(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => lstatSync(join(entry.parentPath, entry.name)).size)
      .reduce((sum, bytes) => sum + bytes, 0) / 1024,
  )

const control = ({ name, systemVersion, title, description }, installedSize) => `Package: ${name}
Version: ${systemVersion}
Section: science
Priority: optional
Architecture: ${ARCHITECTURES[process.arch]}
Installed-Size: ${installedSize}
Depends: ${DEPENDS.join(', ')}
Recommends: xdg-utils, libnotify4, libsecret-1-0
Maintainer: The authors of DLRM Studio <dlrm-studio@localhost>
Description: ${title}: workbench for recommendation models
 ${description}
`

/**
 * Packs a tree of files into a Debian package and returns the path. It has no scripts: what desktops keep of entries, types and
 * icons is brought up to date by the triggers of their packages.
 */
export async function makeDeb(tree, { identity, output }) {
  const { name, systemVersion } = identity
  mkdirSync(join(tree, 'DEBIAN'))
  const folders = ['opt', 'usr'].map((folder) => kilobytes(join(tree, folder)))
  writeFileSync(join(tree, 'DEBIAN', 'control'), control(identity, folders[0] + folders[1]))
  const file = join(output, `${name}_${systemVersion}_${ARCHITECTURES[process.arch]}.deb`)
  const { code, output: words } = await runCommand(
    'dpkg-deb',
    ['--root-owner-group', '-Zxz', '--build', tree, file],
    { quiet: true },
  )
  if (code !== 0) throw new SetupError(`dpkg-deb could not make the package:\n\n${lastLines(words)}`)
  return file
}
