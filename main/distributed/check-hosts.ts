/** Looks whether each host of a job can be reached and has what a rank needs, before the job is started. */
import { execFile } from 'node:child_process'
import { hostname } from 'node:os'
import { StudioError } from '../contract/errors.ts'
import type { RankHost } from '../contract/training.ts'

const CONNECT_TIMEOUT_S = 5
const TIMEOUT_MS = 20_000

/** The remote shell that the launchers of MPI use: each has a variable for another one. */
function remoteShell(): { command: string; options: string[] } {
  const command = process.env.OMPI_MCA_plm_rsh_agent ?? process.env.HYDRA_LAUNCHER_EXEC ?? 'ssh'
  const options = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_TIMEOUT_S}`]
  return { command, options }
}

const MISSING = 'dlrm-studio is missing '

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/**
 * Throws NotFound or Io for the first host that cannot be reached or lacks one of these files and folders. This host is
 * not asked.
 */
export async function checkHosts(hosts: readonly RankHost[], paths: readonly string[]): Promise<void> {
  const problems = await Promise.all(remoteHosts(hosts).map(({ name }) => problemOf(name, paths)))
  const problem = problems.find((each) => each !== null)
  if (problem) throw problem
}

/** The first host that cannot be reached any more, or null. */
export async function goneHost(hosts: readonly RankHost[]): Promise<string | null> {
  const others = remoteHosts(hosts)
  const problems = await Promise.all(others.map(({ name }) => problemOf(name, [])))
  return others[problems.findIndex((each) => each !== null)]?.name ?? null
}

const remoteHosts = (hosts: readonly RankHost[]): RankHost[] =>
  hosts.filter(({ name }) => name !== hostname() && name !== 'localhost')

function problemOf(host: string, paths: readonly string[]): Promise<StudioError | null> {
  const { command, options } = remoteShell()
  const looks = paths.map((path) => `[ -e ${quoted(path)} ] || echo ${quoted(MISSING + path)}`)
  const script = [...looks, 'true'].join('; ')
  return new Promise((resolve) => {
    execFile(command, [...options, host, script], { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const missing = stdout.split('\n').find((line) => line.startsWith(MISSING))
      if (missing !== undefined) resolve(lacking(host, missing.slice(MISSING.length)))
      else if (error && stdout === '') resolve(unreachable(host, command, stderr.trim() || error.message))
      else resolve(null)
    })
  })
}

const lacking = (host: string, path: string) =>
  new StudioError(
    'NotFound',
    `The host ${host} has no ${path}: program and workspace must have the same paths on all hosts, ` +
      'as in a folder that they share.',
    { file: path, field: 'config.hosts' },
  )

const unreachable = (host: string, command: string, said: string) =>
  new StudioError(
    'Io',
    `The host ${host} cannot be reached: ${said.split('\n').at(-1)}. ` +
      `Look whether \`${command} ${host} true\` works without a password.`,
    { field: 'config.hosts' },
  )
