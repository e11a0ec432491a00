/** The disk of a workspace is removed while a run trains, and put back: its folder is moved away and back. */
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkWorkspace } from '../../main/upkeep/check/check-workspace.ts'
import { answerOf, startCommand, type Failure } from '../helpers/command-line.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

it('a run ends with a sentence when its disk is removed, and goes on when the disk is back', async () => {
  const workspace = join(await temporaryFolder(), 'workspace')
  mkdirSync(workspace)
  await smallTraining(workspace, {}, 2000)
  const words = [
    '--json',
    'train',
    'dlrm',
    '--data',
    'clicks',
    '--batch-size',
    '32',
    '--set',
    'checkpointEverySteps=20',
  ]
  const training = startCommand(workspace, [...words, '--epochs', '2000', '--set', 'earlyStopping=null'])
  await training.says('epoch 2')
  renameSync(workspace, `${workspace}-away`)
  const { status, stdout } = await training.ended
  expect(status).toBe(1)
  const { error } = JSON.parse(stdout) as Failure
  expect(error.message).toContain(workspace)
  expect(error.message).not.toMatch(/\n\s+at /)
  renameSync(`${workspace}-away`, workspace)
  const work = { signal: new AbortController().signal, report: () => undefined }
  const wrong = (await checkWorkspace(workspace, work)).filter(({ ok }) => !ok)
  expect(wrong).toEqual([])
  const { runs } = await answerOf<{ runs: { id: string; status: string }[] }>(workspace, 'runs', 'list')
  expect(runs).toHaveLength(1)
  const resumed = startCommand(workspace, ['resume', runs[0]!.id])
  await resumed.says('epoch')
  resumed.child.kill('SIGINT')
  await resumed.ended
}, 120_000)
