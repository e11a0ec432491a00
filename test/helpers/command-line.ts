import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '../..')
const bundle = join(root, 'dist', 'cli.mjs')

export interface CommandResult {
  status: number | null
  stdout: string
  stderr: string
}

/** A command of the real command line, which runs in a process of its own. */
export interface RunningCommand {
  child: ChildProcess
  /** Resolves when stderr contains the text. Rejects if the command ends before. */
  says(text: string): Promise<void>
  /** What it has written to stderr so far. */
  output(): string
  ended: Promise<CommandResult>
}

/** `environment` is added to this process's. `within` are the words of a command that runs it, as on another host. */
export function startCommand(
  workspace: string,
  words: string[],
  environment: Record<string, string> = {},
  within: string[] = [],
): RunningCommand {
  if (!existsSync(bundle)) throw new Error('dist/cli.mjs is not built: run `npm run build`.')
  const separator = words.indexOf('--')
  const own = separator < 0 ? words : words.slice(0, separator)
  const rest = separator < 0 ? [] : words.slice(separator)
  const program = [process.execPath, bundle, ...own, '--workspace', workspace, ...rest]
  const [command = '', ...args] = [...within, ...program]
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
  })
  // Called when the test stops waiting for it.
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const check of waiting) check()
  })
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
  })
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (stderr.includes(text)) resolve()
      }
      waiting.add(check)
      check()
      void ended.then(() => reject(new Error(`The command ended without saying ${text}:\n${stderr}`)))
    })
  return { child, says, output: () => stderr, ended }
}

/** The command's exit status and its output. */
export const runCommand = (workspace: string, ...words: string[]): Promise<CommandResult> =>
  startCommand(workspace, words).ended

/** Runs it with --json and reads the one document on its stdout. */
export async function runForJson<Answer>(
  workspace: string,
  ...words: string[]
): Promise<{ status: number | null; json: Answer; stderr: string }> {
  const { status, stdout, stderr } = await runCommand(workspace, '--json', ...words)
  return { status, stderr, json: JSON.parse(stdout) as Answer }
}

/** The answer of a command that has to succeed. */
export async function answerOf<Answer>(workspace: string, ...words: string[]): Promise<Answer> {
  const { status, json, stderr } = await runForJson<Answer>(workspace, ...words)
  if (status === 0) return json
  throw new Error(`${words.join(' ')} ended with ${status}: ${JSON.stringify(json)}\n${stderr}`)
}

export interface Failure {
  error: { code: string; message: string; file?: string; row?: number; column?: string; field?: string }
}
