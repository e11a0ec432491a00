import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ImportOutcome, ImportSchema } from '../../main/contract/datasets.ts'
import type { DatasetManifest } from '../../main/contract/manifest.ts'
import { answerOf, runCommand, runForJson, type Failure } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Ratings of five users, ten each: user, movie, rating, timestamp. */
const ratings = Array.from({ length: 50 }, (_, at) => [
  1 + (at % 5),
  1 + ((at * 7) % 11),
  1 + ((at * 3) % 5),
  881_250_949 + 3600 * at,
]).map((row) => row.join('\t'))

async function written(name: string, lines: readonly string[]): Promise<{ workspace: string; file: string }> {
  const workspace = await temporaryFolder()
  const file = join(workspace, name)
  await writeFile(file, `${lines.join('\n')}\n`)
  return { workspace, file }
}

const rowsOf = ({ splits }: DatasetManifest) => [splits.train.rows, splits.validation.rows, splits.test.rows]

describe('recipes and splits on the command line', { timeout: 60_000 }, () => {
  it('prepare the files of a well-known dataset, and a preview prints them as a schema', async () => {
    const { workspace, file } = await written('u.data', ratings)
    const words = ['--recipe', 'movielens', '--split', 'leave-one-out:column_1:column_4']
    await answerOf<ImportOutcome>(workspace, 'data', 'import', file, '--name', 'set', ...words)
    const manifest = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'set')
    expect(rowsOf(manifest)).toEqual([40, 5, 5])
    expect(manifest.columns.map(({ name }) => name)).toEqual(['column_1', 'column_2'])
    const { stdout } = await runCommand(workspace, 'data', 'preview', file, '--recipe', 'movielens', '--json')
    const schema = join(workspace, 'schema.json')
    await writeFile(schema, stdout)
    await answerOf(
      workspace,
      'data',
      'import',
      file,
      '--name',
      'again',
      '--schema',
      schema,
      ...words.slice(2),
    )
    const again = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'again')
    expect(again.hash).toBe(manifest.hash)
  })

  it('refuse a file of another kind, and a recipe beside a schema', async () => {
    const { workspace, file } = await written('u.data', ratings)
    const words = ['data', 'import', file, '--name', 'set', '--recipe']
    const wrong = await runForJson<Failure>(workspace, ...words, 'avazu')
    expect(wrong.json.error).toMatchObject({ code: 'InvalidArgument', field: 'recipe' })
    expect(wrong.json.error.message).toContain('needs the columns click, hour and device_id')
    const unknown = await runCommand(workspace, ...words, 'netflix')
    expect(unknown.status).toBe(2)
    const schema = join(workspace, 'schema.json')
    await writeFile(schema, JSON.stringify({ columns: [{ name: 'a', role: 'label' }] }))
    const both = await runForJson<Failure>(workspace, ...words, 'movielens', '--schema', schema)
    expect(both.json.error.message).toBe('Give a schema or a recipe, not both.')
  })

  it('take files of their own for validation and test', async () => {
    const { workspace, file } = await written('train.csv', ['label,city', '1,Paris', '0,Rome', '1,Rome'])
    const [valid, test] = [join(workspace, 'valid.csv'), join(workspace, 'test.csv')]
    await writeFile(valid, 'label,city\n1,Oslo\n')
    await writeFile(test, 'label,city\n1,Paris\n0,Paris\n')
    const words = ['data', 'import', file, '--name', 'set', '--validation', valid, '--test', test]
    await answerOf(workspace, ...words)
    expect(rowsOf(await answerOf<DatasetManifest>(workspace, 'data', 'show', 'set'))).toEqual([3, 1, 2])
    const both = await runCommand(workspace, ...words, '--split', 'tail:0.1:0.1')
    expect(both.status).toBe(2)
    expect(both.stderr).toContain('not both')
  })

  it('shape values and make features of times as a schema says', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, at) => `${at % 2},${at === 3 ? '' : at},${at % 10},2026-03-0${1 + (at % 7)} 0${at % 10}:15`,
    )
    const { workspace, file } = await written('visits.csv', ['clicked,age,level,seen', ...lines])
    const schema: ImportSchema = {
      columns: [
        { name: 'clicked', role: 'label' },
        { name: 'age', role: 'dense', transform: 'minMax', missing: 'mean', clip: { maximum: 20 } },
        { name: 'level', role: 'sparse', bucket: { boundaries: [3, 6] }, missing: 'category' },
        { name: 'seen', role: 'time', derive: ['hour', 'weekday', 'month'] },
      ],
      split: { kind: 'user', column: 'level', validation: 0.2, test: 0.2, seed: 3 },
    }
    await writeFile(join(workspace, 'schema.json'), JSON.stringify(schema))
    const words = ['data', 'import', file, '--name', 'set', '--schema', join(workspace, 'schema.json')]
    await answerOf(workspace, ...words)
    const manifest = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'set')
    expect(manifest.columns).toMatchObject([
      { name: 'age', transform: 'minMax', missing: 'mean', clip: { maximum: 20 }, maximum: 20 },
      { name: 'level', bucket: { kind: 'boundaries', at: [3, 6] }, missing: 'category' },
      { name: 'seen_hour', derived: { from: 'seen', feature: { kind: 'hour' } } },
      { name: 'seen_weekday' },
      { name: 'seen_month' },
    ])
    // Each level has four rows, which stay together.
    expect(rowsOf(manifest).map((rows) => rows % 4)).toEqual([0, 0, 0])
  })
})
