import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildForCommandLine } from './build.mjs'
import { onNode24 } from './setup/node24.mjs'
import { fromRoot } from './setup/paths.mjs'
import { runScript } from './setup/say.mjs'

const script = fileURLToPath(import.meta.url)
if (onNode24(script)) {
  await runScript(async () => {
    await buildForCommandLine()
    // The command runs in this process, because a second one would take another 50 ms.
    await import(pathToFileURL(fromRoot('dist', 'cli.mjs')).href)
  })
}
