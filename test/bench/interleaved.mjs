/** Rounds of the command line's benchmark, for the scripts beside this file. */
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'cli.mjs')
const run = promisify(execFile)

/** The answer of `bench --json`; `options` as { 'batch-size': 128 }, true for a switch. */
export async function bench(options) {
  const flags = Object.entries(options).map(([name, value]) =>
    value === true ? `--${name}` : `--${name}=${value}`,
  )
  const { stdout } = await run(process.execPath, [cli, 'bench', ...flags, '--json'], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout)
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
