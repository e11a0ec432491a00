import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildAll, buildForCommandLine } from './build.mjs'
import { ensureElectron } from './setup/electron.mjs'
import { windowSwitches } from './setup/window-switches.mjs'
import { hasDisplay } from './setup/display.mjs'
import { node24, onNode24 } from './setup/node24.mjs'
import { fromRoot, root } from './setup/paths.mjs'
import { runScript, say } from './setup/say.mjs'
import { ensureWindowLibraries } from './setup/window-libraries.mjs'

async function main() {
  if (!hasDisplay()) return quickStartWithoutWindow()
  const electron = await ensureElectron()
  await ensureWindowLibraries(electron.executable)
  await buildAll()
  if (electron.standIn) {
    say(
      `Opening the window in a stand-in Electron ${electron.version} (development only; the engine runs on Node 24)`,
    )
  }
  run(electron.executable, [...electron.args, ...windowSwitches(), ...process.argv.slice(2)], {
    DLRM_STUDIO_NODE: node24(),
  })
}

async function quickStartWithoutWindow() {
  say('No display found: running the quick start on the command line instead of opening a window')
  await buildForCommandLine()
  run(node24(), [fromRoot('dist', 'cli.mjs'), 'quickstart', ...process.argv.slice(2)], {})
}

function run(program, args, env) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`\n${program} cannot be started: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code) => (process.exitCode = code ?? 1))
}

if (onNode24(fileURLToPath(import.meta.url))) await runScript(main)
