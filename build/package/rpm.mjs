import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, runCommand } from '../setup/commands.mjs'
import { SetupError } from '../setup/say.mjs'

const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' }
const REQUIRES = [
  'gtk3',
  'nss',
  'alsa-lib',
  'mesa-libgbm',
  'libX11-xcb',
  'cups-libs',
  'at-spi2-core',
  'libstdc++',
]

const spec = ({ name, systemVersion, description, license }, tree) => `Name: ${name}
Version: ${systemVersion}
Release: 1
Summary: Workbench for deep learning recommendation models
License: ${license}
AutoReqProv: no
${REQUIRES.map((library) => `Requires: ${library}`).join('\n')}

%description
${description}

%install
cp -a ${tree}/opt ${tree}/usr %{buildroot}/

%files
%defattr(-,root,root)
/opt/${name}
%attr(4755,root,root) /opt/${name}/chrome-sandbox
/usr/bin/*
/usr/share/*/*
`

/** What RPM would change of the binaries. */
const settings = {
  __os_install_post: '%{nil}',
  debug_package: '%{nil}',
  _build_id_links: 'none',
  _binary_payload: 'w6.xzdio',
}

/** Packs a tree of files into an RPM package and returns the path. */
export async function makeRpm(tree, { identity, output, work }) {
  mkdirSync(work, { recursive: true })
  const file = join(work, `${identity.name}.spec`)
  writeFileSync(file, spec(identity, tree))
  const defines = Object.entries({ ...settings, _topdir: work, _rpmdir: join(work, 'made') })
  const { code, output: words } = await runCommand(
    'rpmbuild',
    [
      ...['-bb', '--target', ARCHITECTURES[process.arch]],
      ...defines.flatMap(([name, value]) => ['--define', `${name} ${value}`]),
      file,
    ],
    { quiet: true },
  )
  if (code !== 0) throw new SetupError(`rpmbuild could not make the package:\n\n${lastLines(words)}`)
  const made = join(work, 'made', ARCHITECTURES[process.arch])
  const [name] = readdirSync(made)
  renameSync(join(made, name), join(output, name))
  rmSync(work, { recursive: true, force: true })
  return join(output, name)
}
