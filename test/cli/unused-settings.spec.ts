import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunDetail } from '../../main/contract/runs.ts'
import { defaultTrainingConfig, optimizer, suggestedLearningRate } from '../../main/contract/training.ts'
import { answerOf, runCommand, runForJson, type Failure } from '../helpers/command-line.ts'

let workspace = ''

beforeAll(async () => (workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-settings-'))))
afterAll(() => rm(workspace, { recursive: true }))

it('two datasets are there, one without validation rows', { timeout: 60_000 }, async () => {
  const schema = ['--schema', 'examples/clicks-schema.json']
  const data = ['data', 'import', 'examples/clicks.csv', ...schema]
  await answerOf(workspace, ...data, '--name', 'clicks')
  await answerOf(workspace, ...data, '--name', 'unvalidated', '--split', 'tail:0:0.1')
})

const train = (model: string, data: string, ...words: string[]) => ['train', model, '--data', data, ...words]

const decayFrom = (step: number) => [
  ...['--set', 'schedule.decaySteps=10'],
  ...['--set', `schedule.decayStartStep=${step}`],
]

it('hosts are refused where a run has no ranks', { timeout: 60_000 }, async () => {
  const hosts = join(workspace, 'hosts')
  await writeFile(hosts, 'localhost\n')
  const words = train('dlrm', 'clicks', '--ranks', '0', '--hosts', hosts)
  const { status, json } = await runForJson<Failure>(workspace, ...words)
  expect(status).toBe(2)
  expect(json.error).toMatchObject({ code: 'InvalidArgument', field: 'hosts' })
})

describe('a setting that has no effect is an error that names it:', { timeout: 60_000 }, () => {
  it.each<[string[], string]>([
    [train('dlrm', 'clicks', '--set', 'model.weights=1-100'), 'weights'],
    [train('dcn', 'clicks', '--set', 'model.deep=[]', '--set', 'model.dropout=0.1'), 'dropout'],
    [train('dlrm', 'clicks', '--optimizer', 'sgd', '--set', 'dense.beta1=0.5'), 'dense.beta1'],
    [train('dlrm', 'clicks', '--set', 'tables.kind=adagrad', '--set', 'tables.beta2=0.5'), 'tables.beta2'],
    [train('dlrm', 'clicks', '--set', 'tables.kind=sgd', '--set', 'tables.epsilon=1e-3'), 'tables.epsilon'],
    [train('dlrm', 'clicks', '--set', 'schedule.decayStartStep=100'), 'schedule.decayStartStep'],
    [train('dlrm', 'clicks', '--set', 'dense.momentum=0.9'), 'dense.momentum'],
    [train('dlrm', 'unvalidated', '--patience', '2'), 'earlyStopping.patience'],
    [train('dlrm', 'unvalidated', '--set', 'earlyStopping.patience=2'), 'earlyStopping.patience'],
    [train('dlrm', 'unvalidated', '--set', 'bestMetric=logLoss'), 'bestMetric'],
    [train('dlrm', 'clicks', '--set', 'checkpointEverySteps=1000000'), 'checkpointEverySteps'],
    [train('dlrm', 'clicks', '--epochs', '2', ...decayFrom(100_000)), 'schedule.decaySteps'],
    [train('dlrm', 'clicks', '--set', 'schedule.warmupSteps=1'), 'schedule.warmupSteps'],
    [train('dlrm', 'clicks', '--batch-size', '100000', '--set', 'accumulateBatches=4'), 'accumulateBatches'],
    [train('dlrm', 'clicks', '--epochs', '2', '--set', 'epochs=3'), 'epochs'],
    [
      train(
        'dlrm',
        'clicks',
        '--optimizer',
        'sgd',
        ...['tables', 'dense'].flatMap((group) => ['--set', `${group}.kind=adam`]),
      ),
      'optimizer',
    ],
    [train('dlrm', 'clicks', '--set', 'model.compression={"kind":"hash","rows":1000000}'), 'compression'],
    [['model', 'preset', 'dlrm', '--data', 'clicks', '--set', 'weights=1-100'], 'weights'],
  ])('%j', async (words, field) => {
    const { status, json } = await runForJson<Failure>(workspace, ...words)
    expect(status).toBe(2)
    expect(json.error).toMatchObject({ code: 'InvalidArgument', field })
    expect(json.error.message).toContain(field === 'earlyStopping.patience' ? 'atience' : field)
    if (field !== 'dense.momentum') expect(json.error.message).toContain('no effect')
  })

  it('in a file of settings as well', async () => {
    const file = join(workspace, 'settings.json')
    await writeFile(file, JSON.stringify({ dense: { kind: 'sgd', beta1: 0.5 } }))
    const { status, json } = await runForJson<Failure>(
      workspace,
      ...train('dlrm', 'clicks', '--config', file),
    )
    expect(status).toBe(2)
    expect(json.error).toMatchObject({ field: 'dense.beta1' })
  })
})

describe('the settings of a run', { timeout: 60_000 }, () => {
  const configOf = async (...words: string[]) => {
    const { run } = await answerOf<{ run: string }>(
      workspace,
      ...train('dlrm', 'clicks', '--epochs', '1', ...words),
    )
    return (await answerOf<RunDetail>(workspace, 'runs', 'show', run)).config
  }
  const sgd = {
    tables: optimizer('sgd', suggestedLearningRate('sgd', 'tables')),
    dense: optimizer('sgd', suggestedLearningRate('sgd', 'dense')),
  }

  it('are those of the window where nothing is said', async () => {
    expect(await configOf()).toEqual({ ...defaultTrainingConfig, epochs: 1 })
  })

  it('may be all in a file, even those that its optimizers do not have', async () => {
    const file = join(workspace, 'whole.json')
    const whole = { ...defaultTrainingConfig, ...sgd, epochs: 1 }
    await writeFile(file, JSON.stringify(whole))
    expect(await configOf('--config', file)).toEqual(whole)
  })

  it('have the optimizer’s own rates however the optimizer is chosen', async () => {
    const file = join(workspace, 'sgd.json')
    await writeFile(file, JSON.stringify({ tables: { kind: 'sgd' }, dense: { kind: 'sgd' } }))
    expect(await configOf('--optimizer', 'sgd')).toMatchObject(sgd)
    expect(await configOf('--set', 'tables.kind=sgd', '--set', 'dense.kind=sgd')).toMatchObject(sgd)
    expect(await configOf('--config', file)).toMatchObject(sgd)
  })

  it('keep what a file chose where an option changes the optimizer', async () => {
    const file = join(workspace, 'chosen.json')
    await writeFile(file, JSON.stringify({ dense: { learningRate: 0.25, l2: 0.5, epsilon: 1e-3 } }))
    const config = await configOf('--config', file, '--optimizer', 'adagrad')
    expect(config.dense).toEqual({ ...optimizer('adagrad', 0.25), l2: 0.5, epsilon: 1e-3 })
  })

  it('switch early stopping on and off', async () => {
    expect(await configOf('--set', 'earlyStopping.patience=5')).toMatchObject({
      earlyStopping: { patience: 5 },
    })
    expect(await configOf('--patience', '0')).toMatchObject({ earlyStopping: null })
  })
})

it(
  'a model file with a field that has no effect is trained, and the field is named',
  { timeout: 60_000 },
  async () => {
    const model = await answerOf<{ nodes: { kind: string }[] }>(
      workspace,
      'model',
      'preset',
      'dlrm',
      '--data',
      'clicks',
    )
    const nodes = model.nodes.map((node) => (node.kind === 'loss' ? { ...node, weights: [1, 100] } : node))
    const file = join(workspace, 'model.json')
    await writeFile(file, JSON.stringify({ ...model, nodes }))
    const { status, stderr } = await runCommand(workspace, ...train(file, 'clicks', '--epochs', '1'))
    expect(status).toBe(0)
    expect(stderr).toContain('loss.weights: This has no effect: only the loss weightedBce uses weights')
  },
)
