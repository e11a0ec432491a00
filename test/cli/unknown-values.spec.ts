/** newusers.csv: its training rows have 200 users and 40 items, and every user of its test rows is new. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportOutcome } from '../../main/contract/datasets.ts'
import type { DatasetManifest } from '../../main/contract/manifest.ts'
import type { EpochResult, Evaluation, QuantisedResult, RunDetail } from '../../main/contract/runs.ts'
import type { PredictionOutcome } from '../../main/runs/predict-run.ts'
import { SafetensorsFile } from '../../main/training/safetensors.ts'
import { answerOf, runCommand, runForJson } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** The test AUC of each item's mean label in the training rows. */
const ITEM_MEAN = 0.9173

interface Trained {
  run: string
  epochs: EpochResult[]
}

async function workspaceWithNewUsers(): Promise<string> {
  const workspace = await temporaryFolder()
  const file = 'test/fixtures/newusers.csv'
  await answerOf(workspace, 'data', 'import', file, '--name', 'users', '--split', 'tail:0.1:0.2')
  return workspace
}

/** Stops after three epochs without a better validation metric. */
const PATIENT = ['--patience', '3']

const train = (workspace: string, seed: number, ...words: string[]) =>
  answerOf<Trained>(
    workspace,
    ...['train', 'dlrm', '--data', 'users', '--seed', String(seed), '--threads', '1'],
    ...words,
  )

/** The test AUC at the epoch with the best validation AUC. */
function testAuc({ epochs }: Trained): number {
  const value = ({ validation }: EpochResult): number => validation?.auc ?? 0
  return epochs.reduce((best, epoch) => (value(epoch) > value(best) ? epoch : best)).test?.auc ?? NaN
}

describe('rows whose user training never saw', () => {
  it('are ranked by their items, whatever the seed', async () => {
    const workspace = await workspaceWithNewUsers()
    const areas: number[] = []
    for (const seed of [0, 1, 2, 3, 4, 5]) areas.push(testAuc(await train(workspace, seed, ...PATIENT)))
    expect(Math.min(...areas)).toBeGreaterThan(ITEM_MEAN - 0.02)
    expect(Math.max(...areas) - Math.min(...areas)).toBeLessThan(0.03)
  })

  it('are predicted alike by both backends, by predict, quantised and from an export', async () => {
    const workspace = await workspaceWithNewUsers()
    const native = await train(workspace, 5, ...PATIENT)
    const tensorflow = await train(workspace, 5, ...PATIENT, '--backend', 'tensorflow')
    expect(testAuc(tensorflow)).toBeCloseTo(testAuc(native), 3)
    for (const { run } of [native, tensorflow]) {
      const out = join(workspace, `${run}.csv`)
      const predicted = await answerOf<{ metrics: Evaluation }>(
        workspace,
        ...['predict', run, '--data', 'users', '--out', out],
      )
      expect(predicted.metrics.auc).toBeCloseTo(testAuc(native), 3)
    }
    const { results } = await answerOf<{ results: QuantisedResult[] }>(workspace, 'quantize', native.run)
    for (const { auc } of results) expect(Math.abs((auc ?? NaN) - testAuc(native))).toBeLessThan(0.02)
    const exported = join(workspace, 'exported.safetensors')
    await answerOf(workspace, 'export', native.run, '--format', 'safetensors', '--out', exported)
    const file = await SafetensorsFile.open(exported)
    const table = await file.readFloats('emb_l.0.weight')
    expect([...file.tensors.keys()].filter((name) => name.includes('/'))).toEqual([])
    await file.close()
    const [unknown, known] = [table.subarray(0, 16), table.subarray(16)]
    for (const [at, value] of unknown.entries()) {
      const column = known.filter((_, index) => index % 16 === at)
      expect(value).toBeCloseTo(column.reduce((sum, one) => sum + one, 0) / column.length, 6)
    }
  })

  it('are ranked by their items too where values share the rows of a table', async () => {
    const workspace = await workspaceWithNewUsers()
    const pairs = 'model.compression={"kind":"quotientRemainder","threshold":0}'
    const hashed = 'model.compression={"kind":"hash","rows":100}'
    const trained = [
      await train(workspace, 0, '--set', pairs),
      await train(workspace, 1, '--set', pairs),
      await train(workspace, 4, '--set', hashed),
    ]
    for (const one of trained) expect(testAuc(one)).toBeGreaterThan(ITEM_MEAN - 0.02)
    const [{ run } = { run: '' }, , { run: ofHashed } = { run: '' }] = trained
    const tensorflow = await train(workspace, 0, '--set', pairs, '--backend', 'tensorflow')
    expect(testAuc(tensorflow)).toBeCloseTo(testAuc(trained[0] ?? tensorflow), 3)
    const { results } = await answerOf<{ results: QuantisedResult[] }>(workspace, 'quantize', run)
    for (const { auc } of results) expect(auc).toBeGreaterThan(ITEM_MEAN - 0.03)
    const exported = join(workspace, 'exported.safetensors')
    await answerOf(workspace, 'export', run, '--format', 'safetensors', '--out', exported)
    const file = await SafetensorsFile.open(exported)
    const standIns = [...file.tensors.keys()].filter((name) => name.includes('/'))
    expect(standIns).toContain('emb_l.0.weight_q/untrained')
    expect([...(await file.readFloats('emb_l.0.weight_r/untrained'))]).toEqual(Array(16).fill(1))
    await file.close()
    const again = await train(workspace, 0, '--epochs', '1', '--set', pairs, '--init', exported)
    expect(again.epochs).toHaveLength(1)
    const out = join(workspace, 'hashed.csv')
    const predicted = await answerOf<{ metrics: Evaluation }>(
      workspace,
      ...['predict', ofHashed, '--data', 'users', '--out', out],
    )
    expect(predicted.metrics.auc).toBeCloseTo(testAuc(trained[2] ?? tensorflow), 3)
  })

  it('follow the row as it was initialised where the model says so', async () => {
    const workspace = await workspaceWithNewUsers()
    const [mean, initial] = [
      await train(workspace, 5, ...PATIENT),
      await train(workspace, 5, ...PATIENT, '--set', 'model.untrainedRows=initial'),
    ]
    expect(initial.epochs.map(({ trainLoss }) => trainLoss)).toEqual(
      mean.epochs.map(({ trainLoss }) => trainLoss),
    )
    expect(testAuc(initial)).toBeLessThan(0.5)
  })
})

describe('the share of values that training has not seen', () => {
  it('is reported at the import, with a warning if it is all of a column', async () => {
    const workspace = await temporaryFolder()
    const words = [
      'data',
      'import',
      'test/fixtures/newusers.csv',
      '--name',
      'users',
      '--split',
      'tail:0.1:0.2',
    ]
    const { status, json, stderr } = await runForJson<ImportOutcome>(workspace, ...words)
    expect(status).toBe(0)
    expect(json.unknown).toEqual([{ column: 'sparse_user', validation: 0.005, test: 1 }])
    expect(json.warnings).toEqual([
      expect.stringContaining('None of the values of sparse_user in the test rows'),
    ])
    expect(stderr).toContain(
      'Warning: None of the values of sparse_user in the test rows occur in the training rows',
    )
    const { unknownValues } = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'users')
    expect(unknownValues).toEqual([
      {
        column: 'sparse_user',
        validation: { values: 200, unknown: 1 },
        test: { values: 400, unknown: 400 },
      },
      { column: 'sparse_item', validation: { values: 200, unknown: 0 }, test: { values: 400, unknown: 0 } },
    ])
    const shown = await runCommand(workspace, 'data', 'show', 'users')
    expect(shown.stdout).toMatch(/sparse_user +0\.5 % +100\.0 %/)
  })

  it('is reported with the metrics of both groups of rows, and with predictions for a file', async () => {
    const workspace = await workspaceWithNewUsers()
    const { run, epochs } = await train(workspace, 0, '--epochs', '2')
    for (const { validation, test } of epochs) {
      expect(validation).toMatchObject({
        rows: 200,
        unknownRows: 1,
        unknownAuc: null,
        knownAuc: expect.any(Number),
      })
      expect(test).toMatchObject({ rows: 400, unknownRows: 400, unknownAuc: test?.auc, knownAuc: null })
    }
    const detail = await answerOf<RunDetail>(workspace, 'runs', 'show', run)
    expect(detail.epochs.at(-1)?.test?.unknownRows).toBe(400)

    const lines = (await readFile('test/fixtures/newusers.csv', 'utf8')).trimEnd().split('\n').slice(0, 401)
    const predict = async (name: string, rows: string[]) => {
      const file = join(workspace, `${name}.csv`)
      await writeFile(file, [lines[0], ...rows].join('\n') + '\n')
      const out = join(workspace, `${name}-out.csv`)
      return runForJson<PredictionOutcome>(workspace, 'predict', run, '--data', file, '--out', out)
    }
    const mixed = lines.slice(1).map((line, at) => (at % 4 === 0 ? line.replace(/,i\d+$/, ',new') : line))
    const some = await predict('some', mixed)
    expect(some.json.unknown).toEqual([
      { column: 'sparse_user', values: 400, unknown: 0, share: 0 },
      { column: 'sparse_item', values: 400, unknown: 100, share: 0.25 },
    ])
    expect(some.stderr).toContain('sparse_item: training has not seen 25.0 % of the values')
    expect(some.json.metrics?.unknownRows).toBe(100)
    expect(some.json.metrics?.knownAuc).toBeGreaterThan(some.json.metrics?.unknownAuc ?? 1)
    expect(some.json.warnings).toEqual([])
    const all = await predict(
      'all',
      lines.slice(1).map((line) => line.replace(/,i/, ',j')),
    )
    expect(all.json.warnings).toEqual([expect.stringContaining('None of the values of sparse_item')])
    expect(all.stderr).toContain('Warning: None of the values of sparse_item')
  })
})
