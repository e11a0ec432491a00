import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fromRoot } from '../setup/paths.mjs'

const MAX_METADATA_BYTES = 64 * 1024 * 1024

/** The triple of the machine for which this Rust compiles. */
function hostTriple() {
  const answer = execFileSync('rustc', ['-vV'], { encoding: 'utf8', cwd: fromRoot('native') })
  return /^host: (.+)$/m.exec(answer)[1]
}

const isMacro = ({ targets }) => targets.some(({ kind }) => kind.includes('proc-macro'))

/**
 * The crates of other authors that are linked into the native addon: { name, version, license, folder }. What only builds
 * or tests it is not among them.
 */
export function linkedCrates() {
  const manifest = fromRoot('native', 'addon', 'Cargo.toml')
  const args = ['metadata', '--format-version', '1', '--offline', '--locked', '--manifest-path', manifest]
  const { packages, resolve } = JSON.parse(
    execFileSync('cargo', [...args, '--filter-platform', hostTriple()], {
      encoding: 'utf8',
      maxBuffer: MAX_METADATA_BYTES,
    }),
  )
  const packageOf = new Map(packages.map((each) => [each.id, each]))
  const nodeOf = new Map(resolve.nodes.map((each) => [each.id, each]))
  const linked = new Set()
  const visit = (id) => {
    if (linked.has(id) || isMacro(packageOf.get(id))) return
    linked.add(id)
    for (const { pkg, dep_kinds: kinds } of nodeOf.get(id).deps)
      if (kinds.some(({ kind }) => kind === null)) visit(pkg)
  }
  visit(packages.find(({ name, source }) => name === 'addon' && source === null).id)
  return [...linked]
    .map((id) => packageOf.get(id))
    .filter(({ source }) => source !== null)
    .map(({ name, version, license, manifest_path: path }) => ({
      name,
      version,
      license,
      folder: dirname(path),
    }))
}

/** The version of the Rust whose standard library is linked into the addon, such as 1.95.0. */
export function rustVersion() {
  return execFileSync('rustc', ['--version'], { encoding: 'utf8', cwd: fromRoot('native') }).split(' ')[1]
}
