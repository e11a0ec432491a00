import { spawn, spawnSync } from 'node:child_process'
import { root } from './paths.mjs'

/** Whether a program of this name is on the PATH. */
export function hasCommand(name) {
  const probe = process.platform === 'win32' ? ['where', [name]] : ['sh', ['-c', `command -v ${name}`]]
  return spawnSync(...probe, { stdio: 'ignore' }).status === 0
}

/**
 * Runs a program in the repository root and resolves to { code, signal, output }. With quiet its output (of both
 * streams) is only kept; otherwise it is shown as well.
 */
export function runCommand(command, args, { quiet = false, env = {}, timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs > 0 && { timeout: timeoutMs }),
    })
    let output = ''
    const keep = (stream) => (chunk) => {
      output += chunk
      if (!quiet) stream.write(chunk)
    }
    child.stdout.on('data', keep(process.stderr))
    child.stderr.on('data', keep(process.stderr))
    child.on('error', (error) => resolve({ code: 127, signal: null, output: error.message }))
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal, output }))
  })
}

/** The last lines of a program's output, for an error message. */
export const lastLines = (output, count = 15) => output.trimEnd().split('\n').slice(-count).join('\n')
