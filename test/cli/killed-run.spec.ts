import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunDetail, RunSummary } from '../../main/contract/runs.ts'
import type { PredictionOutcome } from '../../main/runs/predict-run.ts'
import { answerOf, startCommand } from '../helpers/command-line.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

const SETTINGS = ['--batch-size', '32', '--epochs', '100000', '--set', 'checkpointEverySteps=20']

/** The steps of the checkpoints in a run's folder, ascending. */
async function stepsOnDisk(workspace: string, run: string): Promise<number[]> {
  const names = await readdir(join(workspace, 'checkpoints', run)).catch(() => [])
  const steps = names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
  return steps.map(Number).toSorted((a, b) => a - b)
}

it('a killed run is listed as interrupted, predicted from, exported and shown with the checkpoints that its trainer saved last', async () => {
  const { workspace } = await smallTraining(await temporaryFolder())
  const { child, ended } = startCommand(workspace, ['train', 'dlrm', '--data', 'clicks', ...SETTINGS])
  const { run, step } = await until('there is a checkpoint', async () => {
    const [run = ''] = await readdir(join(workspace, 'checkpoints')).catch(() => [])
    const step = (await stepsOnDisk(workspace, run)).at(-1)
    return step !== undefined && { run, step }
  })
  // From here on the owner stores nothing, while its trainer saves checkpoints and removes older ones.
  child.kill('SIGSTOP')
  await until('the checkpoint is replaced', async () => !(await stepsOnDisk(workspace, run)).includes(step))
  child.kill('SIGKILL')
  await ended
  await until('the trainer has ended', async () => {
    const names = await readdir(join(workspace, 'checkpoints', run))
    return !names.some((name) => /[.](trainer|tmp)$/.test(name))
  })

  const { runs } = await answerOf<{ runs: RunSummary[] }>(workspace, 'runs', 'list')
  expect(runs.map(({ id, status }) => ({ id, status }))).toEqual([{ id: run, status: 'interrupted' }])

  const steps = await stepsOnDisk(workspace, run)
  const out = join(workspace, 'out.csv')
  const predict = ['predict', run, '--data', 'clicks', '--out', out, '--force', '--checkpoint']
  const { checkpoint } = await answerOf<PredictionOutcome>(workspace, ...predict, 'last')
  expect(checkpoint.step).toBe(steps.at(-1))
  expect(steps).toContain((await answerOf<PredictionOutcome>(workspace, ...predict, 'best')).checkpoint.step)
  await answerOf(
    workspace,
    'export',
    run,
    '--format',
    'safetensors',
    '--out',
    join(workspace, 'out.safetensors'),
  )
  await answerOf(workspace, 'quantize', run, '--checkpoint', 'last')
  const { checkpoints } = await answerOf<RunDetail>(workspace, 'runs', 'show', run)
  expect(checkpoints.map(({ step }) => step)).toEqual(steps)
}, 120_000)
