/** Opens the window with Vite's hot reload. The engine and the shell restart when their sources change. */
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeBundles, shellBundles, watchBundles } from './bundle.mjs'
import { buildNative, nativeCrates } from './native.mjs'
import { hasDisplay } from './setup/display.mjs'
import { ensureElectron } from './setup/electron.mjs'
import { node24, onNode24 } from './setup/node24.mjs'
import { fromRoot, root } from './setup/paths.mjs'
import { runScript, say, SetupError } from './setup/say.mjs'
import { ensureWindowLibraries } from './setup/window-libraries.mjs'
import { windowSwitches } from './setup/window-switches.mjs'

async function main() {
  if (!hasDisplay()) throw new SetupError('npm run dev opens the window, but there is no display.')
  const electron = await ensureElectron()
  await ensureWindowLibraries(electron.executable)
  await buildNative()
  const server = await servePages()
  const shell = new Shell(electron, `http://127.0.0.1:${server.config.server.port}`)
  const waiting = new Set([...nodeBundles, ...shellBundles])
  const endWatching = await watchBundles([...waiting], (name, errors) => {
    if (errors) return say(`${name} keeps its last state:\n${errors}`)
    if (!waiting.delete(name)) return bundled(name, shell)
    if (waiting.size === 0) shell.start()
  })
  compileOnChange()
  shell.onClosed = async (code) => {
    await endWatching()
    await server.close()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => shell.exit(signal))
}

/** Compiles the addon again when a Rust file was saved. The shell then restarts the engine with it. */
function compileOnChange() {
  let settled
  let compiling = Promise.resolve()
  const compile = () => buildNative().catch((error) => say(error.message))
  for (const crate of nativeCrates) {
    watch(fromRoot('native', crate), { recursive: true }, () => {
      clearTimeout(settled)
      settled = setTimeout(() => (compiling = compiling.then(compile)), 200)
    })
  }
}

/** The shell restarts the engine by itself when engine.mjs was replaced. */
function bundled(name, shell) {
  say(`Bundled ${name}`)
  if (shellBundles.includes(name)) shell.startAgain()
}

/**
 * Starts Vite on a free port of this machine. The page keeps the address of the app, and only the files that it loads
 * come from Vite.
 */
async function servePages() {
  const { createServer } = await import('vite')
  const port = await freePort()
  const server = await createServer({
    configFile: fromRoot('vite.config.ts'),
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      hmr: { protocol: 'ws', host: '127.0.0.1', clientPort: port },
    },
  })
  await server.listen()
  return server
}

async function freePort() {
  const { createServer } = await import('node:net')
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

class Shell {
  #command
  #env
  #process = null
  #again = false
  /** Called with the exit status when the window was closed. */
  onClosed = () => undefined

  constructor({ executable, args }, developmentServer) {
    this.#command = [executable, [...args, ...windowSwitches(), ...process.argv.slice(2)]]
    this.#env = {
      ...process.env,
      DLRM_STUDIO_NODE: node24(),
      DLRM_STUDIO_DEVELOPMENT_SERVER: developmentServer,
    }
  }

  start() {
    this.#again = false
    this.#process = spawn(...this.#command, { cwd: root, stdio: 'inherit', env: this.#env })
    this.#process.on('error', (error) => {
      process.stderr.write(`\n${this.#command[0]} cannot be started: ${error.message}\n`)
      this.onClosed(1)
    })
    this.#process.on('exit', (code) => (this.#again ? this.start() : this.onClosed(code ?? 1)))
  }

  startAgain() {
    this.#again = true
    this.#process?.kill()
  }

  exit(signal) {
    this.#again = false
    this.#process?.kill(signal)
  }
}

if (onNode24(fileURLToPath(import.meta.url))) await runScript(main)
