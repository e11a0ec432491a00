import { join } from 'node:path'
import { childEngine } from './child-engine.ts'
import type { EngineLauncher, EngineSetup } from './engine-process.ts'

/** Settings of Node by which the environment could run other code in the engine, or start it differently. */
const NODE_VARIABLES = ['NODE_OPTIONS', 'NODE_PATH', 'NODE_REPL_EXTERNAL_MODULE', 'DLRM_STUDIO_NODE']

/**
 * In an installed app: a child under the Node that is installed with it, whatever Node the shell has. The engine starts
 * trainers and benchmarks with its own executable, which Electron's could not be: its fuse RunAsNode is off. The command
 * line and the ranks of MPI jobs run under the same Node.
 */
export function installedEngine(setup: EngineSetup, appFolder: string): EngineLauncher {
  const node = join(appFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const kept = Object.entries(setup.env).filter(([name]) => !NODE_VARIABLES.includes(name))
  return childEngine(node, { ...setup, env: Object.fromEntries(kept) })
}
