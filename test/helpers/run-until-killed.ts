import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { moment } from './moment.ts'

/** Runs a script of this folder, kills it this long after its first line, and returns the whole lines that it wrote. */
export async function runUntilKilled(
  script: string,
  args: readonly string[],
  milliseconds: number,
): Promise<string[]> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const ended = new Promise((resolve) => child.once('close', resolve))
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString()
      resolve()
    })
  })
  await moment(milliseconds)
  child.kill('SIGKILL')
  await ended
  return output.split('\n').slice(0, -1)
}
