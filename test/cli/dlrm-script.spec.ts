import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunDetail } from '../../main/contract/runs.ts'
import type { ModelDocument } from '../../main/model/document.ts'
import { answerOf, runCommand, runForJson } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** The flags of the reference's script for Criteo Kaggle, with smaller layers. */
const KAGGLE = [
  ...['--arch-sparse-feature-size=4', '--arch-mlp-bot=13-16-4', '--arch-mlp-top=16-1'],
  ...['--data-generation=dataset', '--data-set=kaggle', '--raw-data-file=./input/train.txt'],
  ...['--processed-data-file=./input/processed.npz', '--loss-function=bce', '--round-targets=True'],
  ...['--learning-rate=0.1', '--mini-batch-size=128', '--print-freq=1024', '--print-time'],
  ...['--test-mini-batch-size=16384', '--test-num-workers=16'],
]

it(
  'the Criteo Kaggle script’s flags become a model that trains on a dataset',
  { timeout: 120_000 },
  async () => {
    const workspace = await temporaryFolder()
    await answerOf(workspace, 'sample', 'criteo-synthetic', '--rows', '2000')
    const data = ['--data', 'criteo-synthetic']
    const training = ['--optimizer', 'sgd', '--learning-rate', '0.1', '--batch-size', '128', '--epochs', '1']
    const lossesOf = async (document: ModelDocument): Promise<number[]> => {
      const file = join(workspace, 'model.json')
      await writeFile(file, JSON.stringify(document))
      const words = ['train', file, ...data, ...training, '--log-every', '1', '--threads', '1']
      const { run, stepLosses } = await answerOf<{ run: string; stepLosses: number[] }>(workspace, ...words)
      const { status, model, config } = await answerOf<RunDetail>(workspace, 'runs', 'show', run)
      expect(status).toBe('completed')
      expect(model.nodes.filter(({ kind }) => kind === 'embedding')).toHaveLength(26)
      expect(config).toMatchObject({ batchSize: 128, dense: { kind: 'sgd', learningRate: 0.1 } })
      return stepLosses
    }

    const bound = await runForJson<ModelDocument>(workspace, 'model', 'dlrm', ...data, '--', ...KAGGLE)
    expect(bound.status).toBe(0)
    expect(bound.stderr).toContain(
      'train MODEL.json --data criteo-synthetic --optimizer sgd --learning-rate 0.1 --batch-size 128 --epochs 1',
    )
    const unbound = await answerOf<ModelDocument>(workspace, 'model', 'dlrm', '--', ...KAGGLE)
    const losses = await lossesOf(bound.json)
    expect(losses).toHaveLength(13)
    expect(await lossesOf(unbound)).toEqual(losses)
  },
)

it(
  'a flag that argparse reads as true is read so, with a warning on stderr',
  { timeout: 60_000 },
  async () => {
    const flags = ['--round-targets=False', '--mini-batch-size=2', '--data-size=6', '--loss-function=bce']
    const { status, stdout, stderr } = await runCommand(await temporaryFolder(), 'dlrm', '--', ...flags)
    expect(status).toBe(0)
    const losses = [...stdout.matchAll(/it \d\/3 .* loss ([\d.]+)/g)].map(([, loss]) => Number(loss))
    const expected = [0.161806, 1.899827, 1.025951]
    expect(losses).toEqual(expected.map((loss) => expect.closeTo(loss, 5) as unknown))
    expect(stderr).toContain('--round-targets=False is read as true')
  },
)

it('tables that PyTorch draws are named before training', { timeout: 60_000 }, async () => {
  const flags = ['--qr-flag', '--qr-threshold=2', '--max-ind-range=5']
  const { json, stderr } = await runForJson<{ notes: string[] }>(
    await temporaryFolder(),
    'dlrm',
    '--',
    ...flags,
  )
  expect(json.notes).toHaveLength(2)
  for (const note of json.notes) expect(stderr).toContain(note)
  expect(json.notes.join()).toContain('--qr-flag: the losses are not the reference')
})
