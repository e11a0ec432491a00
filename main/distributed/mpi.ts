/** Finds the MPI implementations of this machine and starts jobs with the right one. */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { z } from 'zod'
import { mpiLibrary } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { RankHost, TrainingConfig } from '../contract/training.ts'
import { installation, rebuildRemedy } from '../platform/installation.ts'
import { maximumOf } from '../model/extremes.ts'

export const mpiName = z.enum(['openmpi', 'mpich'])
export type MpiName = z.infer<typeof mpiName>

/** Names the implementation to use where several are installed. */
export const MPI_VARIABLE = 'DLRM_STUDIO_MPI'

const VERSION_TIMEOUT_MS = 10_000

export interface JobShape {
  ranks: number
  /** Where they run; null means on this machine. */
  hosts: readonly RankHost[] | null
  /** How many of them share a host, at most. */
  ranksOnHost: number
  /** Of each rank. */
  threads: number
  /** Of this machine. */
  cores: number
  asRoot: boolean
}

interface Implementation {
  name: MpiName
  title: string
  /** The names of its launcher. The first is Debian's, which tells the implementations apart. */
  launchers: readonly string[]
  /** What the launcher prints as its version. */
  version: RegExp
  /** Debian's packages for the launcher and the compiler. */
  packages: string
  arguments: (job: JobShape) => string[]
}

const slotList = (hosts: readonly RankHost[]): string =>
  hosts.map(({ name, slots }) => `${name}:${slots}`).join(',')

const implementations: readonly Implementation[] = [
  {
    name: 'openmpi',
    title: 'Open MPI',
    launchers: ['mpirun.openmpi', 'mpirun'],
    // Called as mpirun.openmpi it calls itself OpenRTE.
    version: /\(Open(?:RTE| MPI)\)\s+v?(\d[\w.]*)/,
    packages: 'openmpi-bin libopenmpi-dev',
    arguments: ({ ranks, hosts, ranksOnHost, threads, cores, asRoot }) => [
      ...(asRoot ? ['--allow-run-as-root'] : []),
      '--oversubscribe',
      // Otherwise all threads of a rank share one core.
      ...['--bind-to', 'none'],
      ...(hosts ? ['--host', slotList(hosts)] : []),
      ...(ranksOnHost * threads > cores ? ['--mca', 'mpi_yield_when_idle', '1'] : []),
      ...['-n', String(ranks)],
    ],
  },
  {
    name: 'mpich',
    title: 'MPICH',
    launchers: ['mpirun.mpich', 'mpirun'],
    // Its launcher is called Hydra and has the version of MPICH.
    version: /HYDRA[^]*?Version:\s+(\d[\w.]*)/i,
    packages: 'mpich libmpich-dev',
    arguments: ({ ranks, hosts }) => [
      ...['-bind-to', 'none'],
      ...(hosts ? ['-hosts', slotList(hosts)] : []),
      ...['-n', String(ranks)],
    ],
  },
]

/** An implementation as it is on this machine. */
export interface MpiInstallation {
  name: MpiName
  title: string
  packages: string
  /** null if its launcher is not installed. */
  launcher: { command: string; version: string } | null
  /** The file that opens it for the engine, or null if it was not compiled. */
  library: string | null
}

/** An implementation with which jobs can be started. */
export interface UsableMpi extends MpiInstallation {
  launcher: { command: string; version: string }
  library: string
}

/** All supported implementations, whether they are installed or not. */
export function findMpi(): Promise<MpiInstallation[]> {
  return Promise.all(
    implementations.map(async ({ name, title, packages, launchers, version }) => ({
      name,
      title,
      packages,
      launcher: await findLauncher(launchers, version),
      library: mpiLibrary(name),
    })),
  )
}

async function findLauncher(
  commands: readonly string[],
  version: RegExp,
): Promise<MpiInstallation['launcher']> {
  for (const command of commands) {
    const output = await promisify(execFile)(command, ['--version'], { timeout: VERSION_TIMEOUT_MS }).catch(
      () => null,
    )
    const found = version.exec(output?.stdout ?? '')?.[1]
    if (found !== undefined) return { command, version: found }
  }
  return null
}

export const isUsable = (mpi: MpiInstallation): mpi is UsableMpi =>
  mpi.launcher !== null && mpi.library !== null

/**
 * The implementation that DLRM_STUDIO_MPI names, or else the first usable one. Throws NotFound with the remedy, and
 * InvalidArgument for an unknown name.
 */
export function chooseMpi(
  installed: readonly MpiInstallation[],
  wanted: string | undefined = process.env[MPI_VARIABLE],
): UsableMpi {
  if (!wanted) {
    const usable = installed.find(isUsable)
    if (usable) return usable
    const unbuilt = installed.find(({ launcher }) => launcher !== null)
    if (unbuilt) {
      throw new StudioError('NotFound', `Training with ranks needs MPI, but ${missingText(unbuilt)}`, {
        field: 'config.ranks',
      })
    }
    const remedies = installed.map((mpi) => `\`${installCommand(mpi)}\` (${mpi.title})`)
    throw new StudioError(
      'NotFound',
      `Training with ranks needs MPI, and there is none: install it with ${remedies.join(' or ')}${thenBuild(installed)}. ` +
        `A run without ranks needs no MPI.`,
      { field: 'config.ranks' },
    )
  }
  const name = mpiName.safeParse(wanted)
  if (!name.success) {
    throw new StudioError(
      'InvalidArgument',
      `${MPI_VARIABLE} is ${wanted}: it must be one of ${mpiName.options.join(', ')}.`,
    )
  }
  const mpi = installed.find((each) => each.name === name.data)
  if (mpi && isUsable(mpi)) return mpi
  const remedy = mpi ? missingText(mpi) : 'it is not supported.'
  throw new StudioError('NotFound', `${MPI_VARIABLE} is ${wanted}, but ${remedy}`, { field: 'config.ranks' })
}

/** What an implementation lacks and what to do, worded to continue a sentence. */
export function missingText(mpi: MpiInstallation): string {
  if (mpi.launcher === null)
    return `${mpi.title} is not installed: run \`${installCommand(mpi)}\`${thenBuild([mpi])}.`
  if (installation) return `this package of DLRM Studio was made without ${mpi.title}.`
  return (
    `the library that opens ${mpi.title} for the engine is not built: ` +
    `run \`${installCommand(mpi)}\`, then ${rebuildRemedy}.`
  )
}

/** What remains to be done after installing, worded to continue a sentence: nothing where the libraries are there. */
export const thenBuild = (installed: readonly MpiInstallation[]): string =>
  installed.every(({ library }) => library !== null) ? '' : `, then ${rebuildRemedy}`

export const installCommand = ({ packages }: MpiInstallation): string => `apt-get install ${packages}`

/** The shape that a job has when this process starts it. */
export function jobShape(config: Pick<TrainingConfig, 'ranks' | 'hosts' | 'threads'>): JobShape {
  const ranksOnHost = mostRanksOnHost(config)
  return {
    ranks: config.ranks ?? 1,
    hosts: config.hosts,
    ranksOnHost,
    threads: threadsOfRank(config.threads, ranksOnHost),
    cores: availableParallelism(),
    asRoot: process.getuid?.() === 0,
  }
}

/** The launcher's arguments before the program that every rank runs. */
export function launcherArguments(name: MpiName, job: JobShape): string[] {
  return implementations.find((each) => each.name === name)?.arguments(job) ?? []
}

/** How many ranks of a run share a host, at most. */
function mostRanksOnHost({ ranks, hosts }: Pick<TrainingConfig, 'ranks' | 'hosts'>): number {
  const all = ranks ?? 1
  return hosts ? Math.min(all, maximumOf(hosts.map(({ slots }) => slots))) : all
}

/** The threads of a rank that shares its host with `ranksOnHost` ranks, itself included. */
export function threadsOfRank(threads: number, ranksOnHost: number, cores = availableParallelism()): number {
  return threads === 0 ? Math.max(1, Math.floor(cores / ranksOnHost)) : threads
}
