import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { overview } from '../../main/contract/overview.ts'
import type {
  Comparison,
  EpochResult,
  Evaluation,
  QuantisedResult,
  RunDetail,
  RunSummary,
} from '../../main/contract/runs.ts'
import type { PersonSettings, TrainingDefaults } from '../../main/contract/settings.ts'
import { tablePlan, type TablePlan } from '../../main/contract/table-plan.ts'
import { answerOf, runCommand, runForJson, type Failure } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const CLICKS = 'examples/clicks.csv'

interface Trained {
  run: string
  status: string
  steps: number
  samplesPerSecond: number
  stepLosses?: number[]
  durationMs: number
  epochs: EpochResult[]
}

interface StoredSettings {
  person: PersonSettings
  training: TrainingDefaults
}

interface Predicted {
  out: string
  rows: number
  metrics: Evaluation | null
  bytes: number
  checkpoint: { kind: string; step: number }
}

describe('the settings', () => {
  it('are what a run starts with where an option does not say otherwise, and can be reset', async () => {
    const workspace = await workspaceWithClicks()
    vi.stubEnv('DLRM_STUDIO_SETTINGS', await temporaryFolder())
    onTestFinished(() => void vi.unstubAllEnvs())
    const settings = (...words: string[]) => answerOf<StoredSettings>(workspace, 'settings', ...words)
    const chosen = ['epochs=1', 'tables.kind=sgd', 'earlyStopping.patience=2', 'threads=1', 'theme=dark']
    const { person, training } = await settings(...chosen.flatMap((each) => ['--set', each]))
    expect(person).toMatchObject({ threads: 1, theme: 'dark' })
    expect(training).toEqual({ epochs: 1, tables: { kind: 'sgd' }, earlyStopping: { patience: 2 } })
    const { run } = await answerOf<Trained>(workspace, 'train', 'dlrm', '--data', 'clicks', '--patience', '0')
    const { config } = await answerOf<RunDetail>(workspace, 'runs', 'show', run)
    expect(config).toMatchObject({ epochs: 1, threads: 1, earlyStopping: null })
    expect(config.tables).toMatchObject({ kind: 'sgd', learningRate: 0.1 })

    expect((await settings('--reset', 'epochs', '--reset', 'tables.kind')).training).toEqual({
      earlyStopping: { patience: 2 },
    })
    const wrong = await runForJson<Failure>(workspace, 'settings', '--set', 'epochs=none')
    expect([wrong.status, wrong.json.error.field]).toEqual([2, 'epochs'])
    const unknown = await runForJson<Failure>(workspace, 'settings', '--set', 'colour=red')
    expect([unknown.status, unknown.json.error.message]).toEqual([
      2,
      expect.stringContaining('There is no setting colour'),
    ])
  })
})

/** A workspace with the example's clicks. */
async function workspaceWithClicks(): Promise<string> {
  const workspace = await temporaryFolder()
  const schema = ['--schema', 'examples/clicks-schema.json']
  await answerOf(workspace, 'data', 'import', CLICKS, '--name', 'clicks', ...schema)
  return workspace
}

const train = (workspace: string, ...words: string[]) =>
  answerOf<Trained>(
    workspace,
    'train',
    'dlrm',
    '--data',
    'clicks',
    '--epochs',
    '2',
    '--threads',
    '1',
    ...words,
  )

async function linesOf(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
}

it(
  'a plan of ranks is JSON that names hosts and tables, and keeps what a person has pinned',
  { timeout: 60_000 },
  async () => {
    const workspace = await workspaceWithClicks()
    const hosts = join(workspace, 'hosts')
    await writeFile(hosts, 'node1 memory=8GB\nnode2 memory=8GB\n')
    const words = ['plan', 'dlrm', '--data', 'clicks', '--hosts', hosts]
    const planned = await answerOf<TablePlan>(workspace, ...words)
    expect(tablePlan.parse(planned)).toEqual(planned)
    expect(planned.perRank.map(({ host }) => host)).toEqual(['node1', 'node2'])
    const file = join(workspace, 'plan.json')
    const pinned = planned.shards.map((shard) => ({ ...shard, rank: 1, pinned: true }))
    await writeFile(file, JSON.stringify({ ...planned, shards: pinned }))
    const { stdout } = await runCommand(workspace, ...words, '--plan', file)
    const places = stdout.split('\n').filter((line) => line.startsWith('emb_l.'))
    expect(places).toHaveLength(pinned.length)
    for (const place of places) expect(place).toMatch(/ 1 +columns 0 to \d+ .*pinned$/)
  },
)

describe('a run on the command line', () => {
  it(
    'is trained, reported, listed, shown, exported, compared and deleted',
    { timeout: 120_000 },
    async () => {
      const workspace = await workspaceWithClicks()
      const first = await train(workspace, '--log-every', '1', '--batch-size', '100', '--name', 'small')
      expect(first).toMatchObject({ status: 'completed', steps: 10 })
      expect(first.stepLosses).toHaveLength(10)
      expect(first.samplesPerSecond).toBeGreaterThan(0)
      expect(first.epochs.map(({ epoch, test }) => [epoch, test?.rows])).toEqual([
        [1, 60],
        [2, 60],
      ])
      const second = await train(workspace, '--seed', '1')

      const query = ['runs', 'list', '--query', 'small']
      const { runs } = await answerOf<{ runs: RunSummary[] }>(workspace, ...query)
      expect(runs).toMatchObject([{ id: first.run, name: 'small', status: 'completed', steps: 10 }])
      expect(await answerOf(workspace, 'runs', 'show', 'small')).toMatchObject({ id: first.run })
      const newest = await answerOf<{ runs: RunSummary[] }>(workspace, 'runs', 'list', '--limit', '1')
      expect(newest.runs.map(({ id }) => id)).toEqual([second.run])
      const status = overview.parse(await answerOf(workspace, 'status'))
      expect(status.latest.map(({ id }) => id)).toEqual([second.run, first.run])
      expect(status.curves[first.run]).toHaveLength(10)
      const step = { kind: 'compare', dataset: 'clicks', runs: [first.run, second.run] }
      expect(status.nextSteps[0]).toEqual(step)
      expect((await runCommand(workspace, 'status')).stdout).toContain(`compare ${first.run} ${second.run}`)
      const shown = await answerOf<RunDetail>(workspace, 'runs', 'show', first.run)
      expect(shown).toMatchObject({ id: first.run, steps: 10, epochs: first.epochs })

      const csv = join(workspace, 'metrics.csv')
      await answerOf(workspace, 'export', first.run, '--format', 'csv', '--out', csv)
      expect((await linesOf(csv)).filter(([series]) => series === 'train/loss')).toHaveLength(10)
      const init = join(workspace, 'init.safetensors')
      await answerOf(workspace, 'export', first.run, '--format', 'safetensors', '--out', init)
      expect(await train(workspace, '--init', init)).toMatchObject({ status: 'completed' })

      const comparison = await answerOf<Comparison>(workspace, 'compare', first.run, second.run)
      expect(comparison.differing.map(({ path }) => path)).toContain('config.seed')
      expect(comparison.significance).toHaveLength(1)

      await answerOf(workspace, 'runs', 'delete', first.run)
      const gone = await runForJson<Failure>(workspace, 'runs', 'show', first.run)
      expect(gone.json.error.code).toBe('NotFound')
    },
  )

  it('prints its epochs on stderr and its result on stdout', { timeout: 60_000 }, async () => {
    const workspace = await workspaceWithClicks()
    const words = ['train', 'dlrm', '--data', 'clicks', '--epochs', '2', '--threads', '1']
    const { status, stdout, stderr } = await runCommand(workspace, ...words)
    expect(status).toBe(0)
    expect(stdout).toMatch(/ completed: 4 steps in .* samples\/s while training/)
    expect(stdout).toMatch(/epoch +train loss +val log loss/)
    expect(stderr.match(/: epoch \d, training loss/g)).toEqual([
      ': epoch 1, training loss',
      ': epoch 2, training loss',
    ])
  })

  it(
    'is refused the backend tensorflow where it is not set up, with the remedy',
    { timeout: 60_000 },
    async () => {
      const workspace = await workspaceWithClicks()
      vi.stubEnv('DLRM_STUDIO_DATA', workspace)
      onTestFinished(() => void vi.unstubAllEnvs())
      const words = ['--backend', 'tensorflow']
      const failed = await runForJson<Failure>(workspace, 'train', 'dlrm', '--data', 'clicks', ...words)
      expect(failed.status).toBe(1)
      expect(failed.json.error.code).toBe('NotFound')
      expect(failed.json.error.message).toContain('npm run setup:tensorflow')
      expect(await answerOf(workspace, 'runs', 'list')).toEqual({ runs: [] })
    },
  )

  it('in bf16 comes near to the losses of fp32, and not to the last digit', { timeout: 60_000 }, async () => {
    const workspace = await workspaceWithClicks()
    const losses = async (precision: string) => {
      const words = ['--log-every', '1', '--seed', '3', '--precision', precision]
      const { stepLosses } = await answerOf<{ stepLosses: number[] }>(
        ...[workspace, 'train', 'dlrm', '--data', 'clicks', ...words],
      )
      return stepLosses
    }
    const [whole, rounded] = [await losses('fp32'), await losses('bf16')]
    expect(rounded).not.toEqual(whole)
    rounded.forEach((loss, step) => expect(loss).toBeCloseTo(whole[step]!, 2))
  })
})

describe('quantised predictions', () => {
  it('are reported with quality, size and speed beside the whole model’s', { timeout: 60_000 }, async () => {
    const workspace = await workspaceWithClicks()
    const { run } = await train(workspace)
    const { results } = await answerOf<{ results: QuantisedResult[] }>(workspace, 'quantize', run)
    expect(results.map(({ quantisation: { tables, dense } }) => `${tables} ${dense}`)).toEqual([
      ...['fp32 fp32', 'fp32 fp16', 'fp32 int8', 'int8 fp32', 'int8 int8', 'int4 fp32', 'int4 int8'],
    ])
    const [whole, ...others] = results
    for (const { auc, bytes } of others) {
      expect(Math.abs(auc! - whole!.auc!)).toBeLessThan(0.05)
      expect(bytes).toBeLessThan(whole!.bytes)
    }
    const answer = await runCommand(workspace, 'quantize', run)
    expect(answer.stdout).toMatch(/^int4 +int8 /m)
  })

  it('can be written, in the forms there are', { timeout: 60_000 }, async () => {
    const workspace = await workspaceWithClicks()
    const { run } = await train(workspace)
    const words = ['predict', run, '--data', 'clicks', '--out', join(workspace, 'p.csv'), '--force']
    const whole = await answerOf<Predicted>(workspace, ...words)
    const compact = await answerOf<Predicted>(workspace, ...words, '--tables', 'int4', '--dense', 'int8')
    expect(compact.metrics?.logLoss).not.toBe(whole.metrics?.logLoss)
    expect(compact.metrics?.logLoss).toBeCloseTo(whole.metrics?.logLoss ?? NaN, 1)
    expect((await runCommand(workspace, ...words, '--tables', 'int2')).status).toBe(2)
  })
})

describe('predictions', () => {
  it('of the test rows are the ones the run was judged by', { timeout: 60_000 }, async () => {
    const workspace = await workspaceWithClicks()
    const { run, epochs } = await train(workspace)
    const out = join(workspace, 'predictions.csv')
    const words = ['predict', run, '--data', 'clicks', '--out', out]
    const predicted = await answerOf<Predicted>(workspace, ...words)
    const best = epochs.toSorted((a, b) => (b.validation?.auc ?? 0) - (a.validation?.auc ?? 0))[0]
    expect(predicted).toMatchObject({ out, rows: 60, checkpoint: { kind: 'best' } })
    expect(predicted.metrics?.auc).toBe(best?.test?.auc)
    expect(predicted.metrics?.logLoss).toBeCloseTo(best?.test?.logLoss ?? NaN, 12)
    const [header, ...rows] = await linesOf(out)
    expect(header).toEqual(['row', 'label', 'prediction'])
    expect(rows.map(([row]) => Number(row))).toEqual(Array.from({ length: 60 }, (_, row) => row + 1))
    const stored = await readFile(join(workspace, 'checkpoints', run, 'test-predictions.f32'))
    const floats = new Float32Array(new Uint8Array(stored).buffer)
    expect(Float32Array.from(rows, ([, , prediction]) => Number(prediction))).toEqual(floats)

    const again = await runForJson<Failure>(workspace, ...words)
    expect(again.json.error).toMatchObject({ code: 'AlreadyExists', file: out })
    const all = await answerOf<Predicted>(workspace, ...words, '--split', 'all', '--force')
    expect(all.rows).toBe(600)
    const splits = (await linesOf(out)).slice(1).map(([split]) => split)
    expect(splits.filter((split) => split === 'train')).toHaveLength(480)
  })

  it(
    'of a file are those of the same rows in the dataset, with a label or without',
    { timeout: 60_000 },
    async () => {
      const workspace = await workspaceWithClicks()
      const { run } = await train(workspace)
      const out = (name: string) => join(workspace, `predicted-${name}.csv`)
      const split = ['--split', 'test', '--checkpoint', 'last']
      await answerOf(workspace, 'predict', run, '--data', 'clicks', ...split, '--out', out('dataset'))
      const last = ['--checkpoint', 'last']
      const whole = await answerOf<Predicted>(
        workspace,
        ...['predict', run, '--data', CLICKS, ...last, '--out', out('file')],
      )
      expect(whole.rows).toBe(600)
      const ofDataset = (await linesOf(out('dataset'))).slice(1).map(([, label, value]) => [label, value])
      const ofFile = (await linesOf(out('file'))).slice(1).map(([, label, value]) => [label, value])
      expect(ofFile.filter((_, row) => row % 10 === 9)).toEqual(ofDataset)

      const unlabelled = join(workspace, 'unlabelled.csv')
      const clicks = await readFile(CLICKS, 'utf8')
      await writeFile(unlabelled, clicks.replaceAll(/^[^,]*,/gm, ''))
      const guessed = await answerOf<Predicted>(
        workspace,
        ...['predict', run, '--data', unlabelled, ...last, '--out', out('unlabelled')],
      )
      expect(guessed.metrics).toBeNull()
      const [header, ...values] = await linesOf(out('unlabelled'))
      expect(header).toEqual(['row', 'prediction'])
      expect(values.map(([, value]) => value)).toEqual(ofFile.map(([, value]) => value))
    },
  )

  it(
    'are refused if columns do not fit or rows are bad, with their position',
    { timeout: 60_000 },
    async () => {
      const workspace = await workspaceWithClicks()
      const { run } = await train(workspace)
      const out = join(workspace, 'out.csv')
      const [header = '', row = ''] = (await readFile(CLICKS, 'utf8')).split('\n')
      const refused = async (data: string) => {
        const failed = await runForJson<Failure>(workspace, 'predict', run, '--data', data, '--out', out)
        expect(failed.status).toBe(1)
        return failed.json.error
      }
      const file = join(workspace, 'new.csv')
      await writeFile(file, `${header.replace('dense_price', 'cost')}\n${row}\n`)
      expect(await refused(file)).toMatchObject({ code: 'InvalidArgument', file, column: 'dense_price' })
      await writeFile(file, `${header}\n${row}\n${row.replace(/,[^,]*$/, '')}\n`)
      expect(await refused(file)).toMatchObject({ code: 'TooManyRejectedRows', file, row: 3 })

      await answerOf(workspace, 'data', 'import', CLICKS, '--name', 'others', '--split', 'tail:0.5:0.2')
      expect(await refused('others')).toMatchObject({ code: 'InvalidArgument' })
    },
  )
})

describe('validation rows that all have one label', () => {
  it('stops by log loss and calls AUC undefined', { timeout: 120_000 }, async () => {
    const workspace = await temporaryFolder()
    const file = 'test/fixtures/cases/oneclass.csv'
    await answerOf(workspace, 'data', 'import', file, '--name', 'oneclass', '--split', 'tail:0.1:0.1')
    const words = [
      'train',
      'dlrm',
      '--data',
      'oneclass',
      '--epochs',
      '8',
      '--patience',
      '2',
      '--threads',
      '1',
    ]
    const trained = await answerOf<Trained & { bestMetric: string; best: number; note: string }>(
      workspace,
      ...words,
    )
    const losses = trained.epochs.map(({ validation }) => validation?.logLoss ?? NaN)
    expect(losses).toEqual(losses.toSorted((a, b) => b - a))
    expect(trained.epochs).toHaveLength(8)
    expect(trained.epochs.map(({ validation }) => validation)).toMatchObject(
      losses.map(() => ({ auc: null, prAuc: null, normalizedEntropy: null, calibration: null })),
    )
    expect(trained).toMatchObject({ bestMetric: 'logLoss', best: losses.at(-1) })
    expect(trained.note).toBe(
      'AUC is undefined on the validation rows (every row has the label 0): ' +
        'the best epoch and early stopping use log loss instead.',
    )
    const { stdout } = await runCommand(workspace, 'runs', 'show', trained.run)
    expect(stdout).toContain(trained.note)
    expect(stdout).toContain('AUC is undefined on the test rows: every row has the label 0.')
    expect(stdout).not.toMatch(/NaN|0\.5000/)
    const listed = await runCommand(workspace, 'runs', 'list')
    expect(listed.stdout).toMatch(/log loss 0\.\d{4} +undefined /)
    const second = await answerOf<Trained>(workspace, ...words, '--seed', '1')
    const compared = await runCommand(workspace, 'compare', trained.run, second.run)
    expect(compared.stdout).toContain('cannot be tested: its AUC is undefined')
    expect(compared.stdout).toMatch(/test auc +undefined +undefined/)
  })
})
