import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { hasCommand, lastLines, runCommand } from './setup/commands.mjs'
import { fingerprint, isFresh, recordFresh } from './setup/freshness.mjs'
import { fromRoot } from './setup/paths.mjs'
import { say, SetupError } from './setup/say.mjs'

export const addonPath = fromRoot('native', 'dlrm-native.node')

/** What builds put beside the sources, so that it is not taken for one. */
const products = ['dlrm-native.node', 'tfjs-binding.node', 'dlrm-mpi-openmpi.so', 'dlrm-mpi-mpich.so']

export const nativeCrates = ['batch', 'error-code', 'ranks', 'mpi', 'dataset', 'engine', 'addon']

/** Where the crates write the TypeScript declarations of their types: the tests of most, the compilation of the addon. */
export const declarationsFolder = fromRoot('native', 'target', 'typescript')

const libraries = { linux: 'libdlrm_native.so', darwin: 'libdlrm_native.dylib', win32: 'dlrm_native.dll' }

const CARGO_REMEDY =
  'The native engine has to be compiled, but `cargo` is not on the PATH.\n' +
  'Install Rust (https://rustup.rs; on Debian also `apt-get install build-essential`), open a new terminal and try again.'

/** Compiles the addon if its sources changed since the last time, and puts it at native/dlrm-native.node. */
export async function buildNative() {
  const print = fingerprint(['native'], {
    skip: ['target', 'node_modules', 'index.ts', 'generated', ...products],
  })
  const declarations = `${declarationsFolder}/addon`
  if (isFresh('native', print, [addonPath, declarations])) return
  if (!hasCommand('cargo')) throw new SetupError(CARGO_REMEDY)
  say(
    existsSync(addonPath)
      ? 'Compiling the native engine: its sources changed'
      : 'Compiling the native engine with cargo (1-2 minutes the first time)',
  )
  const manifest = fromRoot('native', 'Cargo.toml')
  const args = ['build', '--release', '--package', 'addon', '--manifest-path', manifest]
  mkdirSync(declarationsFolder, { recursive: true })
  // Cargo does not know that compiling writes this file as well: it compiles anew where another time is given.
  const again = existsSync(declarations) ? {} : { NAPI_FORCE_BUILD_ADDON: `${Date.now()}` }
  const env = { NAPI_TYPE_DEF_TMP_FOLDER: declarationsFolder, ...again }
  const { code, output } = await runCommand('cargo', args, { quiet: true, env })
  if (code !== 0) throw new SetupError(`The native engine could not be compiled:\n\n${lastLines(output, 40)}`)
  const built = fromRoot('native', 'target', 'release', libraries[process.platform] ?? libraries.linux)
  // A process may have mapped the old file. It keeps that file while the name gets the new one.
  copyFileSync(built, `${addonPath}.${process.pid}.tmp`)
  renameSync(`${addonPath}.${process.pid}.tmp`, addonPath)
  recordFresh('native', print)
}
