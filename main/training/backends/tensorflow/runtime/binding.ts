/** tfjs's compiled binding to TensorFlow: its path, and how a checkout of the project compiles it. */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StudioError } from '../../../../contract/errors.ts'
import { INSTALL_COMMAND } from './installed.ts'

const here = dirname(fileURLToPath(import.meta.url))
/** As a bundle this file is in dist/; as a source file it is five folders below the root. */
const roots = [join(here, '..'), join(here, '..', '..', '..', '..', '..')]

function find(...path: string[]): string | undefined {
  return roots.map((root) => join(root, ...path)).find((candidate) => existsSync(candidate))
}

/** The path of the binding. Throws NotFound if it was not built. */
export function requireBinding(): string {
  const path = find('native', 'tfjs-binding.node')
  if (path) return path
  throw new StudioError(
    'NotFound',
    `tfjs's binding to TensorFlow is not built: run \`${INSTALL_COMMAND}\`.`,
    {
      field: 'config.backend',
    },
  )
}

/**
 * Compiles the binding against a runtime's headers if this is a checkout and the binding is missing or out of date. An
 * installed app contains it. Throws Io with the compiler's output, or Cancelled.
 */
export async function buildBinding(runtimeFolder: string, signal: AbortSignal): Promise<void> {
  const script = find('build', 'tensorflow-binding.mjs')
  if (!script) return void requireBinding()
  signal.throwIfAborted()
  const child = fork(script, [runtimeFolder], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    signal,
  })
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text))
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      words += error.message
      resolve(null)
    })
    child.on('close', resolve)
  })
  if (signal.aborted) throw new StudioError('Cancelled', 'Setting up TensorFlow was cancelled.')
  if (code !== 0)
    throw new StudioError('Io', words.trim() || 'tfjs’s binding to TensorFlow could not be compiled.')
}
