import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBundles, shellBundles } from '../bundle.mjs'
import { fromRoot } from '../setup/paths.mjs'
import { linkedCrates, rustVersion } from './crates.mjs'
import { packagesInBundles, packagesInWindow } from './shipped-packages.mjs'

/**
 * Everything of other authors that a package contains, by its kind and name: { kind: 'npm' | 'cargo' | 'generic', name,
 * version, license (an SPDX expression), folder (with its licence texts, or null) }. `others` are folders of npm packages
 * that are in no bundle of dist/.
 */
export function shippedComponents({ electronVersion, nodeVersion, others }) {
  const folders = new Set([
    ...packagesInBundles([...nodeBundles, ...shellBundles]),
    ...packagesInWindow(),
    ...others,
  ])
  const npm = [...folders].map(npmComponent)
  const crates = linkedCrates().map((crate) => ({ kind: 'cargo', ...crate }))
  const runtimes = [
    { name: 'electron', version: electronVersion, license: 'MIT' },
    { name: 'node', version: nodeVersion, license: 'MIT' },
    { name: 'rust-std', version: rustVersion(), license: 'MIT OR Apache-2.0' },
    { name: 'sqlite', version: sqliteVersion(), license: 'blessing' },
  ].map((runtime) => ({ kind: 'generic', ...runtime, folder: null }))
  const byName = (one, other) =>
    one.name.localeCompare(other.name) || one.version.localeCompare(other.version)
  return [...[...npm, ...crates].sort(byName), ...runtimes]
}

function npmComponent(folder) {
  const { name, version, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return { kind: 'npm', name, version, license: license ?? licenses?.[0]?.type ?? 'NOASSERTION', folder }
}

/** SQLite is compiled into better-sqlite3, whose sources say its version. */
function sqliteVersion() {
  const header = fromRoot('node_modules', 'better-sqlite3', 'deps', 'sqlite3', 'sqlite3.h')
  return /SQLITE_VERSION\s+"([\d.]+)"/.exec(readFileSync(header, 'utf8'))[1]
}
