import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importNotes } from '../../main/contract/import-notes.ts'
import type { ImportOutcome, ImportSchema } from '../../main/contract/datasets.ts'
import type { DatasetManifest } from '../../main/contract/manifest.ts'
import { answerOf, runCommand, runForJson, type Failure } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const inCases = (name: string) => join('test', 'fixtures', 'cases', name)

/** Files that used to be read wrongly: their rows, the share of positives, and the required message. */
const CASES: [file: string, rows: number, positives: number, note: RegExp | null][] = [
  ['blank-line-at-end.csv', 8, 4, null],
  ['cr.csv', 3, 1, null],
  ['decimal-comma.csv', 20, 10, /decimal comma/],
  ['fea1-header.csv', 3, 1, null],
  ['header-ends-in-comma.csv', 4, 2, /column_4 is left out/],
  ['hugedense.csv', 200, 100, null],
  ['label-pm1.csv', 40, 20, null],
  ['label-truefalse.csv', 40, 20, null],
  ['latin1.csv', 100, 50, /Latin-1/],
  ['missing-N.csv', 100, 50, /dense_a: 4 × \\N/],
  ['missing-NaN.csv', 100, 50, /dense_a: 4 × NaN/],
  ['missing-q.csv', 100, 50, /dense_a: 4 × \?/],
  ['quotes.tsv', 100, 51, /do not pair up/],
  ['ten.csv', 10, 5, null],
]

const positivesOf = ({ splits: { train, validation, test } }: DatasetManifest) =>
  [train, validation, test].reduce((sum, { rows, labelMean }) => sum + rows * (labelMean ?? 0), 0)

describe('files on the command line', { timeout: 60_000 }, () => {
  it.each(CASES)(
    '%s is read whole, and its preview is the schema it is read by',
    async (name, rows, positives, note) => {
      const workspace = await temporaryFolder()
      const file = inCases(name)
      const outcome = await answerOf<ImportOutcome>(workspace, 'data', 'import', file, '--name', 'set')
      expect(outcome).toMatchObject({ rows, rejected: { count: 0 } })
      if (note) expect(outcome.notes.join('\n')).toMatch(note)
      const manifest = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'set')
      expect(Math.round(positivesOf(manifest))).toBe(positives)
      expect(importNotes(manifest)).toEqual(outcome.notes)

      const preview = await runCommand(workspace, 'data', 'preview', file, '--json')
      const schema = join(workspace, 'schema.json')
      await writeFile(schema, preview.stdout)
      await answerOf(workspace, 'data', 'import', file, '--name', 'again', '--schema', schema)
      const again = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'again')
      expect(again.hash).toBe(manifest.hash)
    },
  )

  it('quoting that is asked for rejects the line with the stray quote and swallows none', async () => {
    const words = ['data', 'import', inCases('quotes.tsv'), '--name', 'set', '--quote', 'doubled']
    const { rows, rejected } = await answerOf<ImportOutcome>(await temporaryFolder(), ...words)
    expect(rows).toBe(99)
    expect(rejected.first).toMatchObject([{ row: 42, column: 'sparse_title' }])
    expect(rejected.first[0]?.reason).toContain(
      'the quotation mark that opens here is closed only 30 lines further down',
    )
  })

  it('a schema made for a file is taken with it', async () => {
    const words = ['data', 'import', inCases('fea1-header.csv'), '--name', 'set']
    const outcome = await answerOf<ImportOutcome>(
      await temporaryFolder(),
      ...words,
      '--schema',
      inCases('fea1-header.json'),
    )
    expect(outcome.rows).toBe(3)
  })

  it('a preview says to a person what was guessed and why', async () => {
    const workspace = await temporaryFolder()
    const { stdout, status } = await runCommand(workspace, 'data', 'preview', inCases('missing-N.csv'))
    expect(status).toBe(0)
    expect(stdout).toMatch(/separated by commas, .*UTF-8/)
    expect(stdout).toMatch(
      /dense_a +dense +standard, missing: median +4.0 % \(4 × \\N\) +0 · 1 · 2 +its name is dense_a/,
    )
  })

  it('options say how a file is read, and count before the schema', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'a.csv')
    await writeFile(file, 'label,dense_a,sparse_b\n1,2,NA\n0,3,y\n1,1,NA\n')
    const preview = await answerOf<ImportSchema>(workspace, 'data', 'preview', file, '--missing', '')
    expect(preview.missingValues).toEqual([])
    const outcome = await answerOf<ImportOutcome>(
      workspace,
      ...[
        'data',
        'import',
        file,
        '--name',
        'set',
        '--missing',
        'x',
        '--encoding',
        'latin1',
        '--split',
        'tail:0:0',
      ],
    )
    expect(outcome.notes).toEqual([])
    const manifest = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'set')
    expect(manifest.columns[1]).toMatchObject({ name: 'sparse_b', cardinality: 3, missingShare: 0 })
    const wrong = await runForJson<Failure>(workspace, 'data', 'preview', file, '--delimiter', 'ab')
    expect(wrong).toMatchObject({ status: 2, json: { error: { field: 'delimiter' } } })
  })

  it('options name every part of a dialect, and a preview is the schema that has them', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'a.csv')
    const text = "clicks\n// note\nlabel::dense_a::sparse_b\n1::1'234::|x::y|\n0::5\n1::7::z::w\n"
    await writeFile(file, Buffer.from(text.replace('z', '\xe9'), 'latin1'))
    const words = [
      ...['--delimiter', '::', '--quote', 'doubled', '--quote-sign', '|', '--encoding', 'CP1252'],
      ...[
        '--thousands',
        "'",
        '--comment',
        '//',
        '--skip-lines',
        '1',
        '--short-rows',
        'fill',
        '--long-rows',
        'cut',
      ],
    ]
    const preview = await runCommand(workspace, 'data', 'preview', file, ...words, '--json')
    expect(JSON.parse(preview.stdout)).toMatchObject({
      delimiter: '::',
      quotes: 'doubled',
      quoteSign: '|',
      encoding: 'latin1',
      thousands: "'",
      comment: '//',
      skipLines: 1,
      shortRows: 'fill',
      longRows: 'cut',
      header: true,
    })
    const schema = join(workspace, 'schema.json')
    await writeFile(schema, preview.stdout)
    const imported = ['data', 'import', file, '--split', 'tail:0:0', '--name']
    await answerOf(workspace, ...imported, 'options', ...words)
    await answerOf(workspace, ...imported, 'schema', '--schema', schema)
    const manifest = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'options')
    expect(manifest.columns).toMatchObject([{ name: 'dense_a' }, { name: 'sparse_b', cardinality: 3 }])
    const again = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'schema')
    expect(again.hash).toBe(manifest.hash)
    expect(manifest.rows).toBe(3)
  })

  it('predictions carry the columns that they are to be joined by', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'a.csv')
    const row = (at: number, user: string) => `${at % 2},${at},"${user}",i${at % 3}`
    const users = ['u1', 'u,2', 'say ""hi""', '=1+1', '-5', 'two\nlines']
    const rows = Array.from({ length: 60 }, (_, at) => row(at, users[at % users.length] ?? ''))
    await writeFile(file, `label,dense_a,user_id,sparse_item\n${rows.join('\n')}\n`)
    await answerOf(workspace, 'data', 'import', file, '--name', 'set')
    const { run } = await answerOf<{ run: string }>(
      workspace,
      ...['train', 'logistic-regression', '--data', 'set', '--epochs', '1'],
    )
    const out = join(workspace, 'p.csv')
    const words = ['predict', run, '--data', file, '--out', out, '--force']
    await answerOf(workspace, ...words, '--columns', 'user_id,label')
    const input = await readFile(file, 'utf8')
    const link = join(workspace, 'link.csv')
    await symlink(file, link)
    for (const same of [file, link]) {
      const refused = await runCommand(workspace, 'predict', run, '--data', file, '--out', same, '--force')
      expect(refused).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('name another one') as string,
      })
    }
    expect(await readFile(file, 'utf8')).toBe(input)
    const text = await readFile(out, 'utf8')
    expect(text).toMatch(/^row,user_id,file.label,label,prediction\n1,u1,0,0,0\.\d+\n2,"u,2",1,1,0\.\d+\n/)
    expect(text).toMatch(
      /\n3,"say ""hi""",0,0,0\.\d+\n4,'=1\+1,1,1,0\.\d+\n5,-5,0,0,0\.\d+\n6,"two\nlines",1,/,
    )
    await answerOf(workspace, ...words, '--columns', 'user_id', '--exact')
    expect(await readFile(out, 'utf8')).toMatch(/\n4,=1\+1,1,0\.\d+\n/)

    const unknown = await runForJson<Failure>(workspace, ...words, '--columns', 'user')
    expect(unknown).toMatchObject({ status: 1, json: { error: { column: 'user' } } })
    expect(unknown.json.error.message).toContain('Its columns are label, dense_a, user_id, sparse_item')
    const dataset = ['predict', run, '--data', 'set', '--out', out, '--force', '--columns', 'user_id']
    const refused = await runForJson<Failure>(workspace, ...dataset)
    expect(refused).toMatchObject({ status: 1, json: { error: { field: 'columns' } } })
    expect(refused.json.error.message).toContain('does not keep the text')
  })

  it('predictions are made of files in the encoding and with the decimal commas of the run’s dataset', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'a.csv')
    const rows = Array.from(
      { length: 60 },
      (_, at) => `${at % 2 ? 'yes' : 'no'};${at},5;${at % 3 ? 'K\xf6ln' : '?'}`,
    )
    await writeFile(file, Buffer.from(`label;dense_a;sparse_b\n${rows.join('\n')}\n`, 'latin1'))
    await answerOf(workspace, 'data', 'import', file, '--name', 'set', '--split', 'tail:0.2:0.2')
    const train = ['train', 'logistic-regression', '--data', 'set', '--epochs', '1']
    const { run } = await answerOf<{ run: string }>(workspace, ...train)
    const predictionsOf = async (data: string, ...more: string[]) => {
      const out = join(workspace, 'p.csv')
      await answerOf(workspace, 'predict', run, '--data', data, '--out', out, '--force', ...more)
      const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1)
      return lines.map((line) => line.split(',').slice(-2))
    }
    const ofSet = await predictionsOf('set', '--split', 'test')
    expect((await predictionsOf(file)).slice(48)).toEqual(ofSet)
    // A single row in UTF-8, whose number does not show its decimal sign.
    const one = join(workspace, 'one.csv')
    await writeFile(one, `label;dense_a;sparse_b\n${rows[49]}\n`)
    expect(await predictionsOf(one)).toEqual([ofSet[1]])
  })
})
