import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { fingerprint, isFresh, recordFresh, writeAtomically } from './setup/freshness.mjs'
import { fromRoot } from './setup/paths.mjs'
import { say, SetupError } from './setup/say.mjs'

// Bundled CommonJS packages may call require(), which an ES module does not have.
const requireBanner =
  "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);"

/**
 * The package index from which MovieLens can be fetched where neither an index nor pip is configured: the one that
 * DLRM_STUDIO_PACKAGE_INDEX names for this build, otherwise the one that an unconfigured pip has. A private index that the
 * builder has configured must not get into a package.
 */
function packageIndex() {
  const named = process.env.DLRM_STUDIO_PACKAGE_INDEX
  if (named) return named
  const script = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)'
  const { status, stdout } = spawnSync(process.platform === 'win32' ? 'py' : 'python3', ['-c', script], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : null
}

const nodeModule = { format: 'esm', target: 'node24', banner: { js: requireBanner } }
// Electron 33, the oldest shell in which the studio starts, has Node 20. A sandboxed preload script must be a single
// CommonJS file.
const shellScript = { format: 'cjs', target: 'node20' }

const engineSources = [
  'main',
  'db',
  'native/index.ts',
  'package.json',
  'package-lock.json',
  'build/bundle.mjs',
]
const shellSources = [
  'electron',
  'main/contract',
  'main/model',
  'main/platform',
  'package.json',
  'package-lock.json',
  'build/bundle.mjs',
]

const bundles = {
  'engine.mjs': { entry: 'main/engine.ts', sources: engineSources, options: nodeModule },
  'trainer.mjs': { entry: 'main/training/trainer.ts', sources: engineSources, options: nodeModule },
  'launcher.mjs': { entry: 'main/distributed/launcher.ts', sources: engineSources, options: nodeModule },
  'planner.mjs': { entry: 'main/distributed/planner-thread.ts', sources: engineSources, options: nodeModule },
  'rank.mjs': { entry: 'main/distributed/rank.ts', sources: engineSources, options: nodeModule },
  'lifeline.mjs': {
    entry: 'main/distributed/lifeline-thread.ts',
    sources: engineSources,
    options: nodeModule,
  },
  'host.mjs': { entry: 'main/distributed/host.ts', sources: engineSources, options: nodeModule },
  'benchmark.mjs': {
    entry: 'main/benchmark/benchmark-process.ts',
    sources: engineSources,
    options: nodeModule,
  },
  'rank-benchmark.mjs': {
    entry: 'main/benchmark/rank-process.ts',
    sources: engineSources,
    options: nodeModule,
  },
  'cli.mjs': { entry: 'main/cli/index.ts', sources: engineSources, options: nodeModule },
  'shell.cjs': { entry: 'electron/main.ts', sources: shellSources, options: shellScript },
  'preload.cjs': { entry: 'electron/preload.ts', sources: shellSources, options: shellScript },
}

export const nodeBundles = [
  'engine.mjs',
  'trainer.mjs',
  'launcher.mjs',
  'rank.mjs',
  'planner.mjs',
  'lifeline.mjs',
  'host.mjs',
  'benchmark.mjs',
  'rank-benchmark.mjs',
  'cli.mjs',
]
export const shellBundles = ['shell.cjs', 'preload.cjs']

/** Bundles those of the named files into dist/ whose sources changed since the last time. */
export async function buildBundles(names) {
  const prints = new Map()
  const printOf = ({ sources }) => {
    if (!prints.has(sources)) prints.set(sources, fingerprint(sources))
    return prints.get(sources)
  }
  const stale = names.filter((name) => !isFresh(name, printOf(bundles[name]), [fromRoot('dist', name)]))
  if (stale.length === 0) return
  say(`Bundling ${stale.join(', ')}`)
  const { build } = await import('esbuild')
  await Promise.all(stale.map((name) => bundle(build, name, bundles[name], printOf(bundles[name]))))
}

async function bundle(build, name, { entry }, print) {
  let result
  try {
    result = await build(bundleSettings(name))
  } catch (error) {
    throw new SetupError(`${entry} could not be bundled:\n\n${error.message}`)
  }
  writeBundle(result)
  recordFresh(name, print)
}

let builtInIndex

const bundleSettings = (name) => ({
  entryPoints: [fromRoot(bundles[name].entry)],
  outfile: fromRoot('dist', name),
  bundle: true,
  write: false,
  platform: 'node',
  external: ['electron', 'better-sqlite3', '*.node'],
  sourcemap: 'linked',
  legalComments: 'none',
  logLevel: 'silent',
  ...(bundles[name].sources === engineSources && {
    define: { BUILT_IN_PACKAGE_INDEX: JSON.stringify((builtInIndex ??= packageIndex()) ?? '') },
  }),
  ...bundles[name].options,
})

/** A process that starts in the meantime reads the old bundle or the new one, never a part of one. */
function writeBundle({ outputFiles }) {
  for (const file of outputFiles) writeAtomically(file.path, file.contents)
}

/**
 * Bundles the named files now, and again whenever one of their sources changes. `onBuilt` receives the name and the
 * text of esbuild's errors, which is empty if the bundle was written. Resolves to a function that ends the watching.
 */
export async function watchBundles(names, onBuilt) {
  const { context, formatMessages } = await import('esbuild')
  const contexts = await Promise.all(
    names.map((name) => {
      const report = {
        name: 'report',
        setup: ({ onEnd }) =>
          onEnd(async (result) => {
            if (result.errors.length === 0) writeBundle(result)
            onBuilt(name, (await formatMessages(result.errors, { kind: 'error' })).join('\n'))
          }),
      }
      return context({ ...bundleSettings(name), plugins: [report] })
    }),
  )
  await Promise.all(contexts.map((each) => each.watch()))
  return () => Promise.all(contexts.map((each) => each.dispose()))
}

const rendererSources = [
  'renderer',
  'main/contract',
  'main/model',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
]

/** Builds the window's pages into dist/renderer if their sources changed. */
export async function buildRenderer() {
  const print = fingerprint(rendererSources)
  if (isFresh('renderer', print, [fromRoot('dist', 'renderer', 'index.html')])) return
  say(
    existsSync(fromRoot('dist', 'renderer'))
      ? 'Building the window: its sources changed'
      : 'Building the window',
  )
  const { build } = await import('vite')
  try {
    await build({ configFile: fromRoot('vite.config.ts'), logLevel: 'error' })
  } catch (error) {
    rmSync(fromRoot('dist', 'renderer', 'index.html'), { force: true })
    throw new SetupError(`The window could not be built:\n\n${error.message}`)
  }
  recordFresh('renderer', print)
}
