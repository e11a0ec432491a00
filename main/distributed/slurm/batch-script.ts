/** The batch script of a job for Slurm. It can be submitted again: a run that has begun then goes on. */
import { formatBytes } from '../../contract/quantities.ts'
import type { TablePlan } from '../../contract/table-plan.ts'
import { maximumOf } from '../../model/extremes.ts'
import { MPI_VARIABLE, type MpiName } from '../mpi.ts'
import { LAUNCHER_VARIABLE } from './job-launcher.ts'

/** What Slurm is asked for, in the words of its options. */
export interface Allocation {
  nodes: number
  tasksPerNode: number
  cpusPerTask: number
  partition: string | null
  account: string | null
  time: string | null
}

export interface BatchJob {
  /** Of the run, and of the job. */
  name: string
  allocation: Allocation
  /** Of a node. */
  memoryBytes: number
  mpi: MpiName
  /** The program of the command line, and its workspace. */
  program: readonly string[]
  workspace: string
  /** The command that begins the run, without its name. */
  train: readonly string[]
}

/** Saving a checkpoint begins so long before the time is over. */
const SAVE_BEFORE_S = 120
/** The processes that start the ranks on the first node, besides what the plan has for these. */
const STARTING_BYTES = 400e6
/** Plans count what was measured of ranks elsewhere. */
const MEMORY_RESERVE = 1.1
const MEBIBYTE = 2 ** 20

/** What the node needs that has the most of a plan. */
export function memoryOfNode({ perRank }: TablePlan): number {
  const sums = new Map<string, number>()
  for (const { host, memoryBytes } of perRank) sums.set(host, (sums.get(host) ?? 0) + memoryBytes)
  return MEMORY_RESERVE * maximumOf([...sums.values()]) + STARTING_BYTES
}

export function batchScript(job: BatchJob): string {
  const { name, allocation, memoryBytes, mpi, program, workspace, train } = job
  const { nodes, tasksPerNode, cpusPerTask, partition, account, time } = allocation
  const settings = [
    `job-name=${name}`,
    `nodes=${nodes}`,
    `ntasks-per-node=${tasksPerNode}`,
    `cpus-per-task=${cpusPerTask}`,
    `mem=${Math.ceil(memoryBytes / MEBIBYTE)}M`,
    ...(time === null ? [] : [`time=${time}`]),
    ...(partition === null ? [] : [`partition=${partition}`]),
    ...(account === null ? [] : [`account=${account}`]),
    `signal=B:TERM@${SAVE_BEFORE_S}`,
    `output=${name}.log`,
    'open-mode=append',
  ]
  const place = ['--workspace', workspace]
  const command = (...words: readonly string[]) => [...program, ...words, ...place].map(quoted).join(' ')
  return `${[
    '#!/bin/bash',
    ...settings.map((setting) => `#SBATCH --${setting}`),
    '',
    `# A run with ${nodes * tasksPerNode} ranks, whose plan needs ${formatBytes(memoryBytes)} on a node.`,
    '# Submit it again after it was cancelled, failed or ran out of time: the run goes on from its last checkpoint.',
    `export ${MPI_VARIABLE}=${mpi} ${LAUNCHER_VARIABLE}=srun`,
    `if ${command('runs', 'show', name)} > /dev/null 2>&1; then`,
    `  exec ${command('resume', name)}`,
    'fi',
    `exec ${command(...train, '--name', name)}`,
  ].join('\n')}\n`
}

/** A word as bash reads it. */
const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
