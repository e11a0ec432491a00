import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildForCommandLine } from './build.mjs'
import { node24, onNode24 } from './setup/node24.mjs'
import { fromRoot } from './setup/paths.mjs'
import { runScript, SetupError } from './setup/say.mjs'

const cli = fromRoot('dist', 'cli.mjs')

/**
 * Sets up everything that the backend tensorflow needs. What is already there is left unchanged. `args` are passed to
 * `tensorflow install`.
 */
export async function setupTensorFlow(args = []) {
  await buildForCommandLine()
  const code = await run([cli, 'tensorflow', 'install', ...args])
  if (code !== 0) throw new SetupError('TensorFlow is not set up: the reason is above.')
}

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(node24(), args, { stdio: ['ignore', 2, 'inherit'] })
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
    child.on('close', (code) => resolve(code ?? 1))
  })
}

const script = fileURLToPath(import.meta.url)
if (process.argv[1] === script && onNode24(script))
  await runScript(() => setupTensorFlow(process.argv.slice(2)))
