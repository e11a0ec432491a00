import { fileURLToPath } from 'node:url'
import { buildBundles, buildRenderer, nodeBundles, shellBundles } from './bundle.mjs'
import { buildNative } from './native.mjs'
import { onNode24 } from './setup/node24.mjs'
import { runScript } from './setup/say.mjs'

/** Everything the window needs; what is up to date is left alone. */
export async function buildAll() {
  await buildNative()
  await buildBundles([...nodeBundles, ...shellBundles])
  await buildRenderer()
}

/** What the command line needs. */
export async function buildForCommandLine() {
  await buildNative()
  await buildBundles(nodeBundles)
}

const script = fileURLToPath(import.meta.url)
if (process.argv[1] === script && onNode24(script)) await runScript(buildAll)
