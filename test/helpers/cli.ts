/** The command line as its users have it: the bundle, in a process of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const bundle = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url))
const run = promisify(execFile)

/** The JSON that a command prints. Rejects if the command fails. */
export async function answerOfCli(workspace: string, words: string[]): Promise<unknown> {
  const args = [bundle, ...words, '--workspace', workspace, '--json']
  const { stdout } = await run(process.execPath, args, { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout) as unknown
}
