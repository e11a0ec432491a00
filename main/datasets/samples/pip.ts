import { spawn } from 'node:child_process'

/** How a command ended. code is null if it could not be started or was killed. */
interface CommandEnd {
  code: number | null
  output: string
}

const OUTPUT_LIMIT = 64 * 1024
const VERSION_TIMEOUT_MS = 20_000

const onWindows = process.platform === 'win32'
const PYTHONS = onWindows ? [['py', '-3'], ['python']] : [['python3'], ['python']]
const PIPS = [
  ...PYTHONS.map((python) => [...python, '-m', 'pip']),
  ...(onWindows ? [['pip']] : [['pip3'], ['pip']]),
]

/** The command line of this machine's Python, or null if there is none. */
export const findPython = (signal: AbortSignal): Promise<string[] | null> => firstThatRuns(PYTHONS, signal)

/** The command line of this machine's pip, or null if there is none. */
export const findPip = (signal: AbortSignal): Promise<string[] | null> => firstThatRuns(PIPS, signal)

async function firstThatRuns(candidates: string[][], signal: AbortSignal): Promise<string[] | null> {
  for (const candidate of candidates) {
    const { code } = await run([...candidate, '--version'], VERSION_TIMEOUT_MS, signal)
    if (code === 0) return candidate
  }
  return null
}

/** Never rejects, because the output says what went wrong. */
export function run(
  command: string[],
  timeoutMs: number,
  signal: AbortSignal,
  env: Record<string, string> = {},
): Promise<CommandEnd> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
      env: { ...process.env, ...env },
    })
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_LIMIT)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => resolve({ code: null, output: output || error.message }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** pip's last error line, without what it says about itself. */
export function lastReason(output: string): string {
  const lines = output.split(/\r?\n/).map((line) => line.trim())
  const last = lines.findLast((line) => line.startsWith('ERROR:')) ?? lines.findLast((line) => line !== '')
  const reason = (last ?? 'it gave no reason').replace(/^ERROR:\s*/, '').slice(0, 300)
  return /[.!?]$/.test(reason) ? reason : `${reason}.`
}
