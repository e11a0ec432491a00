import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The program of the command line, from where it lies to the engine's folder. */
const shellScript = (engine) => `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
unset NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE
exec "$here/${engine}/bin/node" "$here/${engine}/dist/cli.mjs" "$@"
`

const batchFile = `@echo off
setlocal
set NODE_OPTIONS=
set NODE_PATH=
set NODE_REPL_EXTERNAL_MODULE=
"%~dp0resources\\engine\\bin\\node.exe" "%~dp0resources\\engine\\dist\\cli.mjs" %*
`

/**
 * Writes the command line's program: it runs under the Node that is installed with it, whatever the environment says of Node.
 * It lies beside the window's program, on macOS in the app's resources.
 */
export function writeCommandLine(folder, { commandLine }) {
  if (process.platform === 'win32')
    return writeFileSync(join(folder, `${commandLine}.cmd`), batchFile.replaceAll('\n', '\r\n'))
  const engine = process.platform === 'darwin' ? 'engine' : 'resources/engine'
  writeFileSync(join(folder, commandLine), shellScript(engine), { mode: 0o755 })
}
