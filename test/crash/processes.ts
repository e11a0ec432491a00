/** Real processes of the studio, to be killed. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { processStart } from '../../main/platform/process-identity.ts'
import { until } from '../helpers/until.ts'

export const bundle = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url))

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** A command line that was started as the leader of a process group of its own. */
export interface StartedCommand {
  pid: number
  ended: Promise<Ended>
}

/** `environment` is added to this process's. */
export function startCommand(
  workspace: string,
  words: string[],
  environment: Record<string, string> = {},
): StartedCommand {
  const child = spawn(process.execPath, [bundle('cli.mjs'), ...words, '--workspace', workspace, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...environment },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return { pid: pidOf(child), ended: exitOf(child).then((code) => ({ code, ...output })) }
}

/** Runs a command line to its end and returns its output. Throws if it failed. */
export async function runCommand<Result>(workspace: string, words: string[]): Promise<Result> {
  const { code, stdout, stderr } = await startCommand(workspace, words).ended
  if (code !== 0) throw new Error(`${words.join(' ')} exited with ${code}: ${stdout}\n${stderr}`)
  return JSON.parse(stdout) as Result
}

export function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The process could not be started.')
  return pid
}

/** Its exit code after it has exited. */
export const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', resolve))

interface ListedProcess {
  pid: number
  parent: number
  args: string[]
}

function listProcesses(): ListedProcess[] {
  const listing = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return listing.split('\n').map((line) => {
    const [pid, parent, ...args] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), args }
  })
}

/** The pids of the trainers that the process has forked. */
export const trainersOf = (owner: number): number[] =>
  listProcesses()
    .filter(({ parent, args }) => parent === owner && args.includes(bundle('trainer.mjs')))
    .map(({ pid }) => pid)

/** The pids of all processes that descend from one, which is the first of them. */
export function familyOf(ancestor: number): [number, ...number[]] {
  const family: [number, ...number[]] = [ancestor]
  const listed = listProcesses()
  for (const member of family) {
    for (const { pid, parent } of listed) if (parent === member) family.push(pid)
  }
  return family
}

/** The pid of the first process that descends from one and whose command line matches. */
export function descendantOf(ancestor: number, pattern: RegExp): number {
  const family = familyOf(ancestor).slice(1)
  const found = listProcesses().find(({ pid, args }) => family.includes(pid) && pattern.test(args.join(' ')))
  if (!found) throw new Error(`No process of ${ancestor} matches ${pattern}.`)
  return found.pid
}

/** The command line of a process. */
export const commandOf = (pid: number): string =>
  listProcesses()
    .find((process) => process.pid === pid)
    ?.args.join(' ') ?? ''

/** Kills a process, or with a negative pid its group, as the system does when memory runs out. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A dead process whose exit was not collected yet counts as gone. */
export const untilGone = (pid: number): Promise<void> =>
  until(`process ${pid} is gone`, () => processStart(pid) === null).then(() => undefined)
