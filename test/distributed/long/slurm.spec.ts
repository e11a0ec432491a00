import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunDetail } from '../../../main/contract/runs.ts'
import { answerOf, startCommand } from '../../helpers/command-line.ts'
import { testedMpi, withMpi } from '../../helpers/mpi.ts'
import { mayStartSlurm, slurmCluster, type SlurmCluster } from '../../helpers/slurm-cluster.ts'
import { smallTraining } from '../../helpers/small-training.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

const NAME = 'clicks-with-slurm'

/** Writes the script of a job of two ranks. */
async function scriptFor(
  cluster: SlurmCluster,
  workspace: string,
  mpi: (typeof testedMpi)[number],
  ...more: string[]
) {
  const script = join(cluster.folder, 'job.sbatch')
  const job = ['dlrm', '--data', 'clicks', '--name', NAME, '--ntasks-per-node', '2', '--time', '10']
  const words = ['cluster', 'slurm', ...job, '--output', script, '--batch-size', '32', ...more]
  const { status, stderr } = await startCommand(workspace, words, withMpi(mpi)).ended
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return script
}

const log = (cluster: SlurmCluster) => readFile(join(cluster.folder, `${NAME}.log`), 'utf8').catch(() => '')

describe.runIf(mayStartSlurm).each(testedMpi)('a batch script for Slurm with %s', (mpi) => {
  it('trains one run with srun', async () => {
    const cluster = await slurmCluster()
    const { workspace } = await smallTraining(await temporaryFolder())
    const script = await scriptFor(cluster, workspace, mpi, '--epochs', '2')
    cluster.run('sbatch', script)
    await cluster.isDone()
    expect(await log(cluster)).toMatch(/The ranks train on [\w-]+ \(process \d+, \d+\)/)
    const { status } = await answerOf<RunDetail>(workspace, 'runs', 'show', NAME)
    expect(status).toBe('completed')
  })

  it.each(['scancel', 'the time limit'])(
    'saves a checkpoint at %s, and goes on when it is submitted again',
    async (end) => {
      const cluster = await slurmCluster()
      const { workspace } = await smallTraining(await temporaryFolder())
      const script = await scriptFor(cluster, workspace, mpi, '--epochs', '100000')
      const job = cluster.run('sbatch', '--parsable', script).trim()
      await until('it trains', async () => (await log(cluster)).includes('epoch 3,'))
      // At the time limit the script alone gets the signal that --signal names.
      cluster.run('scancel', ...(end === 'scancel' ? [] : ['--batch', '--signal=TERM']), job)
      await cluster.isDone()
      const { status, steps, checkpoints } = await answerOf<RunDetail>(workspace, 'runs', 'show', NAME)
      expect(await log(cluster)).toContain('is stopped and saved at step')
      expect(status).toBe('stopped')
      expect(checkpoints.map(({ step }) => step)).toContain(steps)
      const again = cluster.run('sbatch', '--parsable', script).trim()
      await until('it goes on', async () => (await log(cluster)).includes(`Resumed at step ${steps}.`))
      cluster.run('scancel', again)
      await cluster.isDone()
    },
  )
})
