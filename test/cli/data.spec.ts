import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DatasetSummary, ImportOutcome } from '../../main/contract/datasets.ts'
import type { DatasetManifest } from '../../main/contract/manifest.ts'
import type { DocumentChanges } from '../../main/model/editing/changes.ts'
import type { ModelDocument } from '../../main/model/document.ts'
import { answerOf, runCommand, runForJson, type Failure } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const CLICKS = 'examples/clicks.csv'

describe('datasets on the command line', { timeout: 60_000 }, () => {
  it('are imported, listed, shown, bound to models and deleted', async () => {
    const workspace = await temporaryFolder()
    const schema = ['--schema', 'examples/clicks-schema.json']
    const outcome = await answerOf<ImportOutcome>(
      workspace,
      ...['data', 'import', CLICKS, '--name', 'clicks', ...schema],
    )
    expect(outcome).toMatchObject({ dataset: 'clicks', rows: 600, rejected: { count: 0, first: [] } })
    const { datasets } = await answerOf<{ datasets: DatasetSummary[] }>(workspace, 'data', 'list')
    expect(datasets).toMatchObject([{ id: 'clicks', rows: 600, denseColumns: 3, sparseColumns: 4 }])
    const manifest = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'clicks')
    expect(manifest.splits).toMatchObject({
      train: { rows: 480 },
      validation: { rows: 60 },
      test: { rows: 60 },
    })

    const preset = ['model', 'preset', 'dlrm', '--data', 'clicks', '--set', 'dimension=8']
    const document = await answerOf<ModelDocument>(workspace, ...preset)
    const file = join(workspace, 'model.json')
    await writeFile(file, JSON.stringify(document))
    const check = await answerOf<{ problems: unknown[] }>(
      workspace,
      ...['model', 'check', file, '--data', 'clicks'],
    )
    expect(check.problems).toEqual([])
    const diff = ['model', 'diff', file, 'dlrm', '--data', 'clicks']
    expect((await answerOf<DocumentChanges>(workspace, ...diff)).nodes).toContainEqual(
      expect.objectContaining({
        change: 'changed',
        fields: [{ path: 'dimension', before: 8, after: 16 }],
      }),
    )
    expect((await runCommand(workspace, ...diff)).stdout).toContain('dimension: 8 → 16')
    const unbound = await runForJson<Failure>(workspace, 'model', 'diff', file, 'dlrm')
    expect(unbound).toMatchObject({ status: 2, json: { error: { field: 'data' } } })

    const kinds = await answerOf<{ kind: string; schema: { required: string[] } }[]>(
      workspace,
      'model',
      'kinds',
    )
    for (const node of document.nodes) {
      const { schema } = kinds.find(({ kind }) => kind === node.kind) ?? { schema: { required: ['listed'] } }
      expect(Object.keys(node)).toEqual(expect.arrayContaining(schema.required))
    }
    expect((await runCommand(workspace, 'model', 'kinds')).stdout).toMatch(
      /^ +pooling +.*One of sum, mean\.$/m,
    )

    expect(await answerOf(workspace, 'data', 'delete', 'clicks')).toEqual({
      deleted: 'clicks',
      trashed: expect.stringMatching(/^clicks\./),
    })
    expect(await answerOf(workspace, 'data', 'list')).toEqual({ datasets: [] })
  })

  it('cannot have a name twice', async () => {
    const workspace = await temporaryFolder()
    const words = ['data', 'import', CLICKS, '--name', 'clicks']
    await answerOf(workspace, ...words)
    const { status, json } = await runForJson<Failure>(workspace, ...words)
    expect(status).toBe(1)
    expect(json.error).toMatchObject({ code: 'AlreadyExists' })
  })

  it('keep their rejected rows to a limit, and leave nothing behind above it', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'few.csv')
    const good = Array.from({ length: 17 }, (_, row) => `${row % 2},${row},a`)
    await writeFile(file, ['label,dense_x,sparse_y', ...good, '2,1,a', '0,many,a', '1,1'].join('\n'))
    const words = ['data', 'import', file, '--name', 'few', '--split', 'tail:0.2:0.2']
    const failed = await runForJson<Failure>(workspace, ...words)
    expect(failed.status).toBe(1)
    expect(failed.json.error).toMatchObject({ code: 'TooManyRejectedRows', file, row: 19, column: 'label' })
    expect(await readdir(join(workspace, 'datasets'))).toEqual([])
    expect(await readdir(join(workspace, 'importing'))).toEqual([])

    const { rejected, rows } = await answerOf<ImportOutcome>(workspace, ...words, '--max-rejected', '0.15')
    expect(rows).toBe(17)
    expect(rejected.count).toBe(3)
    expect(rejected.first.map(({ row, column }) => [row, column])).toEqual([
      [19, 'label'],
      [20, 'dense_x'],
      [21, null],
    ])
    const byNumber = [...words.slice(0, 4), 'number', '--max-rejected-rows']
    expect((await runForJson<Failure>(workspace, ...byNumber, '2')).json.error).toMatchObject({
      code: 'TooManyRejectedRows',
      message: expect.stringContaining('at most 2 rows may be rejected'),
    })
    expect(await answerOf<ImportOutcome>(workspace, ...byNumber, '3')).toMatchObject({ rows: 17 })
  })

  it('say how the rows that made them fail can be imported, and those options import them', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'visits.csv')
    const rows = Array.from(
      { length: 40 },
      (_, row) => `${row % 2},${row % 3 === 0 ? 'n.b.' : row},=cmd${row}`,
    )
    await writeFile(file, ['label,age,city', ...rows].join('\n'))
    const schema = join(workspace, 'schema.json')
    await writeFile(
      schema,
      JSON.stringify({
        columns: [
          { name: 'label', role: 'label' },
          { name: 'age', role: 'dense' },
          { name: 'city', role: 'sparse' },
        ],
      }),
    )
    const words = ['data', 'import', file, '--name', 'visits', '--schema', schema]
    const failed = await runCommand(workspace, ...words)
    expect(failed.status).toBe(1)
    expect(failed.stderr).toMatch(/14 +age +"n\.b\." is not a number/)
    const option = /--missing-in (\S+)/.exec(failed.stderr)?.[1] ?? ''
    expect(option).toBe('age=n.b.')

    const stored = await answerOf<{ count: number; rows: object[] }>(workspace, 'data', 'rejected', 'visits')
    expect(stored).toMatchObject({ count: 14 })
    expect(stored.rows[0]).toEqual({
      file,
      row: 2,
      byte: 15,
      column: 'age',
      reason: '"n.b." is not a number',
      text: '0,n.b.,=cmd0',
    })
    const csv = join(workspace, 'rejected.csv')
    await answerOf(workspace, 'data', 'rejected', 'visits', '--csv', csv)
    const lines = (await readFile(csv, 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(15)
    expect(lines[0]).toBe('file,row,byte,column,reason,text')
    expect(lines[1]).toContain('"0,n.b.,=cmd0"')

    const outcome = await answerOf<ImportOutcome>(workspace, ...words, '--missing-in', option)
    expect(outcome).toMatchObject({ rows: 40, rejected: { count: 0 } })
    expect(outcome.notes.join()).toContain('age: 14 × n.b.')
    expect((await runCommand(workspace, 'data', 'rejected', 'visits')).status).toBe(1)
  })

  it('can be repeated from the recipe of their dataset', async () => {
    const workspace = await temporaryFolder()
    await answerOf(workspace, 'data', 'import', CLICKS, '--name', 'clicks', '--split', 'ratio:0.2:0.2:7')
    const recipe = join(workspace, 'recipe.json')
    await writeFile(recipe, (await runCommand(workspace, 'data', 'recipe', 'clicks')).stdout)
    await answerOf(workspace, 'data', 'import', CLICKS, '--name', 'again', '--schema', recipe)
    const [first, second] = await Promise.all(
      ['clicks', 'again'].map((name) => answerOf<{ hash: string }>(workspace, 'data', 'show', name)),
    )
    expect(second?.hash).toBe(first?.hash)
  })

  it('say their rejected rows to a person', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'bad.csv')
    await writeFile(file, 'label,dense_x\n1,2\nmaybe,3\n')
    const { status, stdout, stderr } = await runCommand(workspace, 'data', 'import', file, '--name', 'bad')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/Error: .*row 3, column label: label is "maybe"/)
  })
})
