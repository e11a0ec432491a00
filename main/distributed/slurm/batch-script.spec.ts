import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { batchScript, memoryOfNode, type BatchJob } from './batch-script.ts'
import { jobCommand, LAUNCHER_VARIABLE } from './job-launcher.ts'

const job: BatchJob = {
  name: 'clicks',
  allocation: {
    nodes: 2,
    tasksPerNode: 4,
    cpusPerTask: 8,
    partition: 'cpu',
    account: null,
    time: '4:00:00',
  },
  memoryBytes: 3 * 2 ** 30,
  mpi: 'openmpi',
  program: ['echo', 'cli.mjs'],
  workspace: "/shared/Ann's work",
  train: ['train', 'dlrm', '--data', 'clicks', '--set', 'seed=1'],
}

describe('a batch script', () => {
  it('asks Slurm for what was named, the memory of the plan, and a signal before the time is over', () => {
    const lines = batchScript(job).split('\n')
    expect(lines.filter((line) => line.startsWith('#SBATCH'))).toEqual([
      '#SBATCH --job-name=clicks',
      '#SBATCH --nodes=2',
      '#SBATCH --ntasks-per-node=4',
      '#SBATCH --cpus-per-task=8',
      '#SBATCH --mem=3072M',
      '#SBATCH --time=4:00:00',
      '#SBATCH --partition=cpu',
      '#SBATCH --signal=B:TERM@120',
      '#SBATCH --output=clicks.log',
      '#SBATCH --open-mode=append',
    ])
  })

  it('begins the run, or goes on with it once there is one, in the workspace', () => {
    const output = execFileSync('bash', ['-c', batchScript(job)], { encoding: 'utf8' })
    const place = "--workspace /shared/Ann's work\n"
    // To `echo` every run is there.
    expect(output).toBe(`cli.mjs resume clicks ${place}`)
    expect(batchScript(job)).toContain(
      "exec echo cli.mjs train dlrm --data clicks --set seed=1 --name clicks --workspace '/shared/Ann'\\''s work'",
    )
  })

  it('reserves memory for the ranks of the fullest node', () => {
    const rank = (host: string, memoryBytes: number) => ({ host, memoryBytes })
    const perRank = [rank('node1', 1e9), rank('node1', 1e9), rank('node2', 1e9)]
    expect(memoryOfNode({ perRank } as Parameters<typeof memoryOfNode>[0])).toBeCloseTo(2.2e9 + 0.4e9)
  })
})

describe('the command that starts the ranks', () => {
  const mpi = {
    name: 'mpich',
    title: 'MPICH',
    packages: '',
    launcher: { command: 'mpirun.mpich', version: '4' },
    library: 'mpich.so',
  } as const
  const shape = { ranks: 4, hosts: null, ranksOnHost: 4, threads: 2, cores: 8, asRoot: false }

  it('is srun where the batch script says so, and otherwise that of MPI', () => {
    expect(jobCommand(mpi, shape, ['node'], {}).command).toBe('mpirun.mpich')
    const { command, args } = jobCommand(mpi, shape, ['node'], { [LAUNCHER_VARIABLE]: 'srun' })
    expect([command, ...args.slice(0, 3)]).toEqual(['srun', '--mpi=pmi2', '--ntasks=4', '--cpus-per-task=2'])
    expect(() => jobCommand(mpi, shape, ['node'], { [LAUNCHER_VARIABLE]: 'aprun' })).toThrow(
      'DLRM_STUDIO_LAUNCHER is aprun',
    )
  })
})
