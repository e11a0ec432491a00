import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { moment } from './moment.ts'

/** Runs a script of this folder, kills it this long after its first line, and returns the whole lines that it wrote. */
export async function runUntilKilled(
  script: string,
  args: readonly string[],
  milliseconds: number,
): Promise<string[]> {
  const { child, ended, begun } = started(script, args)
  await begun
  await moment(milliseconds)
  child.kill('SIGKILL')
  return ended
}

/** The milliseconds that a script of this folder takes from its first line to its end, without a kill. */
export async function durationOf(script: string, args: readonly string[]): Promise<number> {
  const { ended, begun } = started(script, args)
  await begun
  const began = performance.now()
  await ended
  return performance.now() - began
}

function started(script: string, args: readonly string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const ended = new Promise<string[]>((resolve) => {
    child.once('close', () => resolve(output.split('\n').slice(0, -1)))
  })
  const begun = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString()
      resolve()
    })
    // A script that fails before its first line would be waited for without an end.
    child.once('close', () => resolve())
  })
  return { child, ended, begun }
}
