import { fileURLToPath } from 'node:url'
import { buildBundles, buildRenderer, nodeBundles, shellBundles } from './bundle.mjs'
import { buildMpi } from './mpi.mjs'
import { buildNative } from './native.mjs'
import { onNode24 } from './setup/node24.mjs'
import { runScript } from './setup/say.mjs'

/** Builds everything that the window needs. What is up to date is not built again. */
export async function buildAll() {
  await buildNative()
  await buildMpi()
  await buildBundles([...nodeBundles, ...shellBundles])
  await buildRenderer()
}

/** Builds what the command line needs. */
export async function buildForCommandLine() {
  await buildNative()
  await buildMpi()
  await buildBundles(nodeBundles)
}

const script = fileURLToPath(import.meta.url)
if (process.argv[1] === script && onNode24(script)) await runScript(buildAll)
