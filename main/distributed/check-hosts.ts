/** Asks each host of a job what it has, before anything of the job is started. */
import { execFile } from 'node:child_process'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { z } from 'zod'
import { APP_VERSION } from '../app-version.ts'
import { StudioError } from '../contract/errors.ts'
import type { HostCheck } from '../contract/hosts.ts'
import type { RankHost } from '../contract/training.ts'
import { bundleFile } from '../training/worker-process.ts'
import { hostReport, reportHere, type HostReport } from './host-report.ts'
import { messageInLine } from './lines.ts'

const CONNECT_TIMEOUT_S = 5
const TIMEOUT_MS = 20_000
/** Each host that is being asked takes a process of its remote shell here. */
const ASKED_AT_ONCE = 64

/** The remote shell that the launchers of MPI use: each has a variable for another one. */
export function remoteShell(): { command: string; options: string[] } {
  const command = process.env.OMPI_MCA_plm_rsh_agent ?? process.env.HYDRA_LAUNCHER_EXEC ?? 'ssh'
  const options = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_TIMEOUT_S}`]
  return { command, options }
}

const REACHED = 'dlrm-studio-reached'
const MISSING = 'dlrm-studio is missing '

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** What the hosts of a job need. */
export interface HostNeeds {
  /** The workspace's folder. */
  workspace: string
  /** The folder of the dataset and the hash of its content; null if the job's is not known yet. */
  dataset: { folder: string; hash: string } | null
  /** Files of the program that every host must have: Node, the program of the ranks, the library of MPI. */
  program: readonly string[]
}

interface Answer {
  reachable: boolean
  version: string | null
  /** null if there is a problem. */
  report: HostReport | null
  problem: string | null
}

/** What each host has and why it cannot take part, in their order. Throws nothing for a host. */
export async function checkHosts(hosts: readonly RankHost[], needs: HostNeeds): Promise<HostCheck[]> {
  const groups: HostCheck[][] = []
  for (let first = 0; first < hosts.length; first += ASKED_AT_ONCE) {
    const asked = hosts.slice(first, first + ASKED_AT_ONCE)
    groups.push(await Promise.all(asked.map((host, index) => checkHost(host, needs, first + index === 0))))
  }
  return groups.flat()
}

/** Throws Io or InvalidState for the first host that cannot take part. */
export async function requireHosts(hosts: readonly RankHost[], needs: HostNeeds): Promise<void> {
  for (const { reachable, problem } of await checkHosts(hosts, needs))
    if (problem !== null)
      throw new StudioError(reachable ? 'InvalidState' : 'Io', problem, { field: 'config.hosts' })
}

/** The first host that cannot be reached any more, or null. */
export async function goneHost(hosts: readonly RankHost[]): Promise<string | null> {
  const others = hosts.filter(({ name }) => !isThisMachine(name))
  const answers = await Promise.all(others.map(({ name }) => say(name, 'true')))
  return others[answers.findIndex(({ reachable }) => !reachable)]?.name ?? null
}

/** Whether a host's name is one of this machine, which is not reached over the remote shell. */
export const isThisMachine = (name: string): boolean =>
  [hostname().toLowerCase(), 'localhost'].includes(name.toLowerCase())

/** Rank 0, which reads and writes the workspace for those that do not see it, is on the first host. */
async function checkHost(host: RankHost, needs: HostNeeds, isFirst: boolean): Promise<HostCheck> {
  const { name, slots } = host
  const { reachable, version, report, problem } = isThisMachine(name)
    ? await answerHere(needs)
    : await ask(name, needs)
  const dataset = report && needs.dataset && comparedCopy(report, needs.dataset)
  return {
    name,
    slots,
    reachable,
    version,
    dataset,
    cores: host.cores ?? report?.cores ?? null,
    memoryBytes: report && Math.min(host.memoryBytes ?? Infinity, report.memoryBytes),
    neededBytes: null,
    problem: report ? problemOf(name, report, dataset, { ...needs, isFirst }) : problem,
  }
}

async function answerHere(needs: HostNeeds): Promise<Answer> {
  const report = await reportHere(needs.workspace, datasetName(needs))
  return { reachable: true, version: report.version, report, problem: null }
}

const datasetName = ({ dataset }: HostNeeds): string | null => dataset && basename(dataset.folder)

function comparedCopy({ dataset }: HostReport, { hash }: { hash: string }): HostCheck['dataset'] {
  if (dataset.problem !== null) return 'damaged'
  if (dataset.hash === null) return 'absent'
  return dataset.hash === hash ? 'same' : 'other'
}

function problemOf(
  name: string,
  report: HostReport,
  dataset: HostCheck['dataset'],
  { workspace, dataset: wanted, isFirst }: HostNeeds & { isFirst: boolean },
): string | null {
  const folder = wanted?.folder ?? ''
  if (isFirst && (!report.workspace || dataset === 'absent')) {
    return (
      `The host ${name} has no ${report.workspace ? folder : workspace}, which the first host must have, because rank 0 ` +
      'runs there: name a host first that has it. The others get the data over the network.'
    )
  }
  switch (dataset) {
    case 'damaged':
      return `The dataset in ${folder} on the host ${name} cannot be used: ${report.dataset.problem ?? ''}`
    case 'other':
      return (
        `The dataset in ${folder} on the host ${name} is not the one of this job: copy the folder from this machine, ` +
        'remove it so that the host gets its data over the network, or use a folder that all hosts share.'
      )
    default:
      return null
  }
}

async function ask(name: string, needs: HostNeeds): Promise<Answer> {
  const bundle = bundleFile('host')
  const looks = [...needs.program, bundle].map(
    (path) => `[ -e ${quoted(path)} ] || echo ${quoted(MISSING + path)}`,
  )
  const report = [process.execPath, bundle, needs.workspace, datasetName(needs) ?? ''].map(quoted).join(' ')
  const { reachable, lines, said } = await say(name, [...looks, report].join('; '))
  const fail = (problem: string, version: string | null = null): Answer => ({
    reachable,
    version,
    report: null,
    problem,
  })
  if (!reachable) return fail(unreachable(name, said))
  const missing = lines.find((line) => line.startsWith(MISSING))
  if (missing !== undefined) return fail(lacking(name, missing.slice(MISSING.length)))
  const raw = lines.map(messageInLine).find((message) => message !== undefined)
  const version = z.object({ version: z.string() }).safeParse(raw).data?.version
  if (version === undefined)
    return fail(`The program does not run on the host ${name}: ${said.split('\n').at(-1)}.`)
  const { data } = hostReport.safeParse(raw)
  if (version === APP_VERSION && data) return { reachable, version, report: data, problem: null }
  return fail(
    `The host ${name} has version ${version} of DLRM Studio, and this machine has ${APP_VERSION}: ` +
      'install the same version on all hosts.',
    version,
  )
}

interface Said {
  /** Whether the host has run the commands. */
  reachable: boolean
  lines: string[]
  /** On the error stream, or else how the command ended. */
  said: string
}

/** Runs commands of a shell on a host. */
function say(host: string, script: string): Promise<Said> {
  const { command, options } = remoteShell()
  return new Promise((resolve) => {
    const shell = [...options, host, `echo ${REACHED}; ${script}`]
    execFile(command, shell, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const lines = stdout.split('\n')
      const said = stderr.trim() || (error?.message ?? '')
      resolve({ reachable: lines.includes(REACHED), lines, said })
    })
  })
}

const lacking = (host: string, path: string): string =>
  `The host ${host} has no ${path}: the program must have the same path on all hosts, as in a folder that they share.`

const unreachable = (host: string, said: string): string =>
  `The host ${host} cannot be reached: ${said.split('\n').at(-1)}. ` +
  `Look whether \`${remoteShell().command} ${host} true\` works without a password.`
