import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBundles } from '../bundle.mjs'
import { hasCommand } from '../setup/commands.mjs'
import { installedNode24 } from '../setup/node24.mjs'
import { fromRoot } from '../setup/paths.mjs'
import { bundleTensorFlow } from './tfjs-folder.mjs'

/** The platform whose better-sqlite3 this package needs. */
const platform = `${process.platform}-${process.arch}`

/**
 * Fills a folder with what runs outside of the window: the bundles, the native addon and its libraries, better-sqlite3 and a
 * Node. `executable` is the window's program, relative to the folder. Returns what every part consists of: `packages` are
 * folders of npm packages, `leftOut` says what is not in it, `nodeVersion` is that of its Node.
 */
export async function writeEngineFolder(folder, { identity, executable }) {
  mkdirSync(join(folder, 'dist'), { recursive: true })
  for (const name of nodeBundles) cpSync(fromRoot('dist', name), join(folder, 'dist', name))
  const { name, version, license, commandLine } = identity
  const about = { name, version, license, type: 'module', installed: { executable, commandLine } }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(about, null, 2)}\n`)
  const leftOut = copyNative(join(folder, 'native'))
  copySqlite(join(folder, 'node_modules', 'better-sqlite3'))
  const nodeVersion = copyNode(join(folder, 'bin'))
  const packages = existsSync(join(folder, 'native', 'tfjs-binding.node'))
    ? await bundleTensorFlow(join(folder, 'node_modules'))
    : []
  return { packages: [...packages, fromRoot('node_modules', 'better-sqlite3')], leftOut, nodeVersion }
}

function copyNative(folder) {
  mkdirSync(folder)
  const built = readdirSync(fromRoot('native')).filter((name) =>
    /^(dlrm|tfjs)-[a-z-]+\.(node|so)$/.test(name),
  )
  for (const name of built) {
    cpSync(fromRoot('native', name), join(folder, name))
    chmodSync(join(folder, name), 0o644)
  }
  const optional = {
    'tfjs-binding.node': 'the TensorFlow backend (first run `npm run setup:tensorflow`)',
    ...(process.platform !== 'win32' && {
      'dlrm-mpi-openmpi.so': 'runs with ranks by Open MPI (its compiler is not installed)',
      'dlrm-mpi-mpich.so': 'runs with ranks by MPICH (its compiler is not installed)',
    }),
  }
  return Object.keys(optional)
    .filter((name) => !built.includes(name))
    .map((name) => optional[name])
}

/** The package without its sources and the binaries of other platforms. */
function copySqlite(folder) {
  const from = fromRoot('node_modules', 'better-sqlite3')
  for (const part of ['package.json', 'LICENSE', 'lib'])
    cpSync(join(from, part), join(folder, part), { recursive: true })
  const binaries = readdirSync(join(from, 'prebuilds')).filter((name) => name === `${platform}.node`)
  if (binaries.length === 0) throw new Error(`better-sqlite3 has no binary for ${platform}.`)
  for (const name of binaries) cpSync(join(from, 'prebuilds', name), join(folder, 'prebuilds', name))
}

/** Copies the Node of npm's package, or else this one, which is a Node of nodejs.org where releases are made. */
function copyNode(folder) {
  const node = installedNode24() ?? process.execPath
  mkdirSync(folder)
  const copy = join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
  cpSync(node, copy, { dereference: true })
  chmodSync(copy, 0o755)
  removeSymbols(copy)
  return execFileSync(copy, ['--version'], { encoding: 'utf8' }).trim().slice(1)
}

/**
 * Takes from a program what only debuggers read: 18 of the 127 MB of Node. Without the system's `strip` it stays, and on
 * macOS, where the program is signed.
 */
function removeSymbols(program) {
  if (process.platform === 'linux' && hasCommand('strip')) execFileSync('strip', [program])
}
