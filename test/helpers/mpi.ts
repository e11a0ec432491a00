/** The MPI implementations with which tests start jobs, and jobs of which one rank is tampered with. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MPI_VARIABLE, mpiName, type MpiName } from '../../main/distributed/mpi.ts'
import { pidExists, processStat } from '../../main/platform/process-identity.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

/** All that are supported, which the test command installs. Without apt-get it cannot, and a note says what is left out. */
export const testedMpi: readonly MpiName[] = ((): readonly MpiName[] => {
  if (spawnSync('sh', ['-c', 'command -v apt-get']).status === 0) return mpiName.options
  console.warn('TESTS LEFT OUT: there is no apt-get here to install Open MPI and MPICH with.')
  return []
})()

export const withMpi = (name: MpiName): Record<string, string> => ({ [MPI_VARIABLE]: name })

/** The processes of the ranks, in their order, as the run's log names them. */
export function ranksIn(log: string): number[] {
  const list = /The ranks train on .*?\(process ([\d, ]+)\)/.exec(log)?.[1]
  if (list === undefined) throw new Error(`The log names no ranks:\n${log}`)
  return list.split(', ').map(Number)
}

/** Whether a process has not exited. */
export const isRunning = (pid: number): boolean => pidExists(pid) && processStat(pid)?.ended === false

/**
 * An environment in which rank 1 of every job starts by a shell's commands instead of by `exec "$@"`; the commands get the
 * usual program as their arguments.
 */
export async function tamperedRank(name: MpiName, commands: string): Promise<Record<string, string>> {
  const folder = await temporaryFolder()
  const launcher = execFileSync('sh', ['-c', `command -v mpirun.${name} || command -v mpirun`], {
    encoding: 'utf8',
  })
  const rank = '"${OMPI_COMM_WORLD_RANK:-$PMI_RANK}"'
  await script(join(folder, 'start-rank'), `if [ ${rank} = 1 ]; then\n${commands}\nfi\nexec "$@"`)
  // Puts the script before the program of the ranks, whose first word is sh.
  const arguments_ =
    'for word; do shift; [ "$word" = sh ] && set -- "$@" "$folder/start-rank"; set -- "$@" "$word"; done'
  await script(
    join(folder, `mpirun.${name}`),
    `folder=${folder}\n[ "$1" = --version ] || { ${arguments_}; }\nexec ${launcher.trim()} "$@"`,
  )
  return { ...withMpi(name), PATH: `${folder}:${process.env.PATH}` }
}

/** A copy of the built program that says it has another version. Returns the path of the program of its ranks. */
export async function otherVersion(version: string): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'dist'))
  await symlink(join(root, 'native'), join(folder, 'native'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await cp(join(root, 'package.json'), join(folder, 'package.json'))
  const { version: own } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  const bundle = await readFile(join(root, 'dist', 'rank.mjs'), 'utf8')
  const path = join(folder, 'dist', 'rank.mjs')
  await writeFile(path, bundle.replaceAll(`"${own}"`, `"${version}"`))
  return path
}

async function script(path: string, text: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
}

/**
 * An environment in which every host can be reached whose name begins with `node`, unless `folder` has a file of that name:
 * its processes run here, and see its name as that of their machine. A host does not see what is in the folder that `hidden`
 * has for it, but an empty one.
 */
export async function simulatedHosts(
  name: MpiName,
  folder: string,
  hidden: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const shell = join(folder, 'host-shell')
  const hiding = Object.entries(hidden).map(
    ([host, path]) => `[ "$0" = ${host} ] && mount -t tmpfs tmpfs ${path}; `,
  )
  const options = 'while :; do case "$1" in -o) shift 2;; -*) shift;; *) break;; esac; done'
  const known =
    `case "$host" in node*) [ ! -e ${folder}/$host ];; *) false;; esac || ` +
    '{ echo "Could not resolve hostname $host" >&2; exit 255; }'
  await script(
    shell,
    `${options}\nhost=$1; shift\n${known}\n` +
      `exec unshare --uts --mount sh -c '${hiding.join('')}hostname "$0"; exec sh -c "$1"' "$host" "$*"`,
  )
  return { ...withMpi(name), OMPI_MCA_plm_rsh_agent: shell, HYDRA_LAUNCHER_EXEC: shell }
}
