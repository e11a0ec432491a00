/** A Slurm cluster of this machine alone, with daemons of its own in a temporary folder. */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'srun']

/** Whether Slurm is installed and may be started. If not, a note says so, because whole tests are left out then. */
export const mayStartSlurm = ((): boolean => {
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
  if (missing.length === 0 && process.getuid?.() === 0) return true
  const reason = missing.length > 0 ? `${missing.join(', ')} not found` : 'only root may start it'
  console.warn(`TESTS LEFT OUT: Slurm cannot be started here (apt-get install slurm-wlm munge): ${reason}.`)
  return false
})()

export interface SlurmCluster {
  folder: string
  /** Runs a command of Slurm and returns its output. */
  run(command: string, ...words: string[]): string
  /** Waits until no job is left. */
  isDone(): Promise<void>
}

/** The cluster is there until the test ends. */
export async function slurmCluster(): Promise<SlurmCluster> {
  const folder = await temporaryFolder()
  await chmod(folder, 0o755)
  const [socket, key, settings] = ['munge.socket', 'munge.key', 'slurm.conf'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  await writeFile(key, randomBytes(1024), { mode: 0o600 })
  for (const name of ['state', 'spool']) await mkdir(join(folder, name))
  const ports = [await freePort(), await freePort()] as const
  await writeFile(settings, configuration(folder, socket, ports))
  const environment = { ...process.env, SLURM_CONF: settings }
  const run = (command: string, ...words: string[]) =>
    execFileSync(command, words, { encoding: 'utf8', cwd: folder, env: environment })
  const files = ['pid', 'log', 'seed'].map((name) => `--${name}-file=${join(folder, `munge.${name}`)}`)
  const started = (name: string, command: string, ...words: string[]) => {
    run(command, ...words)
    onTestFinished(async () => {
      process.kill(Number(await readFile(join(folder, `${name}.pid`), 'utf8')), 'SIGKILL')
    })
  }
  started('munge', 'munged', '--force', `--key-file=${key}`, `--socket=${socket}`, ...files)
  started('slurmctld', 'slurmctld')
  started('slurmd', 'slurmd')
  await until('the node is idle', () => run('sinfo', '--noheader', '--format=%t').trim() === 'idle')
  return {
    folder,
    run,
    isDone: async () => void (await until('no job is left', () => run('squeue', '--noheader').trim() === '')),
  }
}

function configuration(
  folder: string,
  socket: string,
  [controller, node]: readonly [number, number],
): string {
  const host = hostname()
  const lines = [
    'ClusterName=test',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${node}`,
    'AuthType=auth/munge',
    'CryptoType=crypto/munge',
    `AuthInfo=socket=${socket}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd.log`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'AccountingStorageType=accounting_storage/none',
    'JobAcctGatherType=jobacct_gather/none',
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN`,
    `PartitionName=debug Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
  ]
  return `${lines.join('\n')}\n`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
