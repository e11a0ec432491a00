import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { buildAll } from '../build.mjs'
import { outdatedTypes } from '../generated-types.mjs'
import { buildNative } from '../native.mjs'
import { setupTensorFlow } from '../setup-tensorflow.mjs'
import { ensureChromeDriver } from '../setup/chromedriver.mjs'
import { hasCommand, runCommand } from '../setup/commands.mjs'
import { hasDisplay } from '../setup/display.mjs'
import { ensureElectron, findElectron } from '../setup/electron.mjs'
import { ensureMpi } from '../setup/mpi-packages.mjs'
import { fromRoot, root } from '../setup/paths.mjs'
import { say, SetupError } from '../setup/say.mjs'
import { ensureWindowLibraries } from '../setup/window-libraries.mjs'
import { ofCargo, ofExitCode, ofVitest, slowestFiles } from './counts.mjs'

/** The number of the slowest test files that are named at the end. */
export const NAMED_FILES = 5

/** A package's command, run by this Node. Only the package knows the name of its file, which may change. */
function bin(name) {
  const folder = fromRoot('node_modules', name)
  const { bin: commands } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const file = typeof commands === 'string' ? commands : commands[name]
  return [process.execPath, `${folder}/${file}`]
}

const eslint = bin('eslint')
const prettier = bin('prettier')
const cruiser = bin('dependency-cruiser')
const typeCheck = bin('vue-tsc')
const vitest = bin('vitest')

const sources = ['electron', 'main', 'db', 'native', 'renderer', 'build', 'test']

const checks = {
  Format: [...prettier, '--check', '--log-level', 'warn', '.'],
  'Lint (ESLint)': [...eslint, '--max-warnings', '0', '.'],
  'Import layers (dependency-cruiser)': [...cruiser, '--config', '.dependency-cruiser.cjs', ...sources],
  'Types (vue-tsc)': [...typeCheck, '--noEmit', '--project', 'tsconfig.json'],
}

const check = (name) => async () => ofExitCode((await runCommand(...split(checks[name]))).code)

const split = ([program, ...args]) => [program, args]

async function native() {
  const args = ['test', '--release', '--workspace', '--manifest-path', fromRoot('native', 'Cargo.toml')]
  const { code, output } = await runCommand('cargo', args)
  return ofCargo(output, code)
}

/** The tests that read damaged files, with many more files than the Rust tests try. */
async function hostileFiles() {
  const manifest = fromRoot('native', 'Cargo.toml')
  const args = ['test', '--release', '--manifest-path', manifest, '-p', 'dataset', '--lib', 'damaged']
  const { code, output } = await runCommand('cargo', args, { env: { MUTATED_INPUTS: '1000000' } })
  return ofCargo(output, code)
}

/** The Rust tests and the addon's build have just written what the crates declare. */
async function generatedTypes() {
  const outdated = await outdatedTypes()
  for (const path of outdated) say(`${path} differs from what Rust declares: run \`npm run generate\`.`)
  return ofExitCode(outdated.length)
}

/**
 * The Rust tests of engine and parser with AddressSanitizer. The addon crate has no Rust tests, because Node calls it.
 */
async function underAddressSanitizer() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError('AddressSanitizer is set up for Linux on x64 only.')
  const target = [
    '--target',
    'x86_64-unknown-linux-gnu',
    '--target-dir',
    fromRoot('native', 'target', 'asan'),
  ]
  const args = ['test', '--manifest-path', fromRoot('native', 'Cargo.toml'), '-p', 'engine', '-p', 'dataset']
  // The switch is not stable yet, but the compiler accepts it if RUSTC_BOOTSTRAP is set.
  const env = { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: '-Zsanitizer=address' }
  const { code, output } = await runCommand('cargo', [...args, ...target], { env })
  return ofCargo(output, code)
}

/** The engine's Rust tests for ARM under an emulator, which can run the NEON code on an x86 machine. */
async function onEmulatedArm() {
  const needed = ['aarch64-linux-gnu-gcc', 'qemu-aarch64']
  const missing = needed.filter((name) => !hasCommand(name))
  if (missing.length > 0)
    throw new SetupError(
      `${missing.join(' and ')} missing: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user, ` +
        'and rustup target add aarch64-unknown-linux-gnu (from inside native/).',
    )
  const env = {
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER: 'aarch64-linux-gnu-gcc',
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER: 'qemu-aarch64 -L /usr/aarch64-linux-gnu',
  }
  const target = ['--target', 'aarch64-unknown-linux-gnu', '-p', 'engine']
  const args = ['test', '--release', '--manifest-path', fromRoot('native', 'Cargo.toml'), ...target]
  const { code, output } = await runCommand('cargo', args, { env })
  return ofCargo(output, code)
}

/** Runs Vitest with one of the configurations in build/, on an invisible screen if there is no display. */
async function runVitest(config, name, { screen = false, wrap = (words) => words, env = {} } = {}) {
  const report = fromRoot('test-results', `${name}.json`)
  mkdirSync(fromRoot('test-results'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const command = [...vitest, 'run', '--config', fromRoot('build', config), ...reporters]
  const wrapper = screen && !hasDisplay() ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'] : []
  const { code } = await runCommand(...split(wrap([...wrapper, ...command])), { env })
  const results = readReport(report)
  return { ...ofVitest(results, code), slowest: slowestFiles(results, root, NAMED_FILES) }
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

/** TensorFlow and MPI are tested for real. If they cannot be installed, the tests fail and say so. */
async function prepareBackends() {
  await ensureMpi()
  await buildAll()
  await setupTensorFlow()
}

async function prepareWindow() {
  const { executable } = await ensureElectron()
  await ensureWindowLibraries(executable, { invisibleScreen: !hasDisplay() })
  await prepareBackends()
}

/** What makes packages is only loaded for this. */
async function testPackage() {
  const { preparePackageTest, withoutNetwork } = await import('./debian-root.mjs')
  const env = await preparePackageTest()
  return runVitest('vitest.package.config.ts', 'package', { wrap: withoutNetwork, env })
}

/** What the window needs, without the backends: the quick start uses the native engine. */
async function prepareSpectron() {
  const { executable } = await ensureElectron()
  await ensureWindowLibraries(executable, { invisibleScreen: !hasDisplay() })
  await buildAll()
}

async function withSpectron() {
  const env = { DLRM_STUDIO_CHROMEDRIVER: await ensureChromeDriver(findElectron()) }
  return runVitest('vitest.spectron.config.ts', 'spectron', { screen: true, env })
}

const lint = Object.keys(checks).map((name) => ({ name, run: check(name) }))

/** The stages of the test command. Each has its preparation, and steps that return their counts. */
export const stages = {
  lint: { prepare: async () => undefined, steps: lint },
  native: {
    prepare: buildNative,
    steps: [
      { name: 'Rust tests', run: native },
      { name: 'Generated types', run: generatedTypes },
    ],
  },
  unit: {
    prepare: prepareBackends,
    steps: [{ name: 'Unit tests', run: () => runVitest('vitest.config.ts', 'unit') }],
  },
  e2e: {
    prepare: prepareWindow,
    steps: [
      {
        name: 'Tests in the window',
        run: () => runVitest('vitest.e2e.config.ts', 'e2e', { screen: true }),
      },
    ],
  },
  spectron: {
    prepare: prepareSpectron,
    steps: [{ name: 'The app driven by Spectron', run: withSpectron }],
  },
  asan: {
    prepare: async () => undefined,
    steps: [{ name: 'Rust tests under AddressSanitizer', run: underAddressSanitizer }],
  },
  neon: {
    prepare: async () => undefined,
    steps: [{ name: 'Rust tests of the engine on an emulated ARM', run: onEmulatedArm }],
  },
  damage: {
    prepare: buildAll,
    steps: [{ name: 'Flipped bits', run: () => runVitest('vitest.damage.config.ts', 'damage') }],
  },
  hostile: {
    prepare: prepareWindow,
    steps: [
      {
        name: 'Hostile messages',
        run: () => runVitest('vitest.hostile.config.ts', 'hostile', { screen: true }),
      },
    ],
  },
  'hostile-files': {
    prepare: async () => undefined,
    steps: [{ name: 'Damaged files', run: hostileFiles }],
  },
  package: {
    prepare: async () => undefined,
    steps: [{ name: 'The package in a minimal Debian', run: testPackage }],
  },
  disk: {
    prepare: buildAll,
    steps: [{ name: 'Disks that fail', run: () => runVitest('vitest.disk.config.ts', 'disk') }],
  },
  power: {
    prepare: buildAll,
    steps: [{ name: 'Power that fails', run: () => runVitest('vitest.power.config.ts', 'power') }],
  },
  distributed: {
    prepare: prepareBackends,
    steps: [
      {
        name: 'Long tests of MPI jobs',
        run: () => runVitest('vitest.distributed.config.ts', 'distributed'),
      },
    ],
  },
  soak: {
    prepare: prepareWindow,
    steps: [
      { name: 'A day of use', run: () => runVitest('vitest.soak.config.ts', 'soak', { screen: true }) },
    ],
  },
  update: {
    prepare: prepareWindow,
    steps: [{ name: 'Updates', run: () => runVitest('vitest.update.config.ts', 'update', { screen: true }) }],
  },
  crash: {
    prepare: prepareWindow,
    steps: [
      { name: 'Crash tests', run: () => runVitest('vitest.crash.config.ts', 'crash', { screen: true }) },
    ],
  },
}

/**
 * The stages of a bare `npm test`, of which some run at the same time: the checks of the sources mostly keep one core busy, and
 * so does the end of compiling Rust. Stages whose tests wait for windows and processes have the machine for themselves. The crash tests, the hostile messages, the long tests of MPI jobs, the sanitizer and the
 * emulator take minutes and have commands of their own.
 */
export const standardStages = [['lint', 'native'], ['unit'], ['e2e']]
