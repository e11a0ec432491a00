import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { previewFile } from './preview.ts'

const fixture = (name: string) => join(import.meta.dirname, '../../../test/fixtures/formats', name)
const preview = (file: string) => previewFile({ file, format: 'auto' })

async function fileWith(name: string, content: string | Buffer): Promise<string> {
  const file = join(await temporaryFolder(), name)
  await writeFile(file, content)
  return file
}

const rolesOf = async (file: string) =>
  Object.fromEntries((await preview(file)).columns.map(({ name, role }) => [name, role]))

describe('the preview of a file that is no delimited text', () => {
  it.each(['zstd.parquet', 'lz4.feather', 'stream.arrow', 'records.jsonl', 'array.json'])(
    'guesses the roles of %s, lists included',
    async (name) => {
      const found = await preview(fixture(name))
      expect(found.rowsRead).toBe(60)
      expect(found.rows).toHaveLength(60)
      const roles = Object.fromEntries(found.columns.map((column) => [column.name, column]))
      expect(roles.label).toMatchObject({ role: 'label' })
      expect(roles.tags).toMatchObject({ role: 'multiValued', separator: '|' })
      expect(roles.items).toMatchObject({ role: 'multiValued', guessedBecause: 'the file has a list here' })
      expect(roles.price).toMatchObject({ role: 'dense' })
      expect(roles['device.os']).toMatchObject({ role: 'sparse' })
    },
  )

  it('takes ids that Parquet has as text for ids', async () => {
    expect(await rolesOf(fixture('zstd.parquet'))).toMatchObject({ city: 'sparse', country: 'sparse' })
  })

  it('gives the columns of libsvm, libffm and RecBole their roles', async () => {
    expect(await rolesOf(await fileWith('a.svm', '1 1:0.5 3:1\n0 1:1 2:2.5\n'))).toEqual({
      label: 'label',
      feature_1: 'dense',
      feature_2: 'dense',
      feature_3: 'dense',
    })
    expect(await rolesOf(await fileWith('a.ffm', '1 0:3:1 1:9:0.5\n0 0:4:1 1:9:0.7\n'))).toEqual({
      label: 'label',
      field_0: 'sparse',
      field_1_value: 'dense',
    })
    const inter = 'user_id:token\titem_id:token\tgenres:token_seq\tlabel:float\n'
    const rows = '1\t31\tDrama Comedy\t1.0\n2\t32\tDrama\t0.0\n'
    expect(await rolesOf(await fileWith('ml.inter', inter + rows))).toEqual({
      user_id: 'userId',
      item_id: 'itemId',
      genres: 'multiValued',
      label: 'label',
    })
  })

  it('tells the content, whatever the name is, and through compression', async () => {
    const json = '{"label": 1, "a": "x"}\n{"label": 0, "a": "y"}\n'
    const found = await preview(await fileWith('a.csv', gzipSync(json)))
    expect(found).toMatchObject({ format: 'json', notes: [] })
    const text = await preview(await fileWith('a.parquet', zstdCompressSync('label,a\n1,2\n0,3\n')))
    expect(text).toMatchObject({ format: 'csv', notes: ['The file is compressed by zstd.'] })
  })

  it('reads a file as text where its format is named', async () => {
    const file = await fileWith('a.txt', '1 2:3 4:5\n0 6:7 8:9\n')
    const found = await previewFile({ file, format: 'csv', delimiter: ' ' })
    expect(found).toMatchObject({ format: 'csv', columns: { length: 3 } })
  })

  it('has the columns of folders in every row', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'day=2026-03-01'))
    const file = join(folder, 'day=2026-03-01', 'a.csv')
    await writeFile(file, 'label,a\n1,2\n0,3\n')
    const found = await preview(file)
    expect(found.columns.map(({ name }) => name)).toEqual(['label', 'a', 'day'])
    expect(found.rows[1]?.fields).toEqual(['0', '3', '2026-03-01'])
    expect(found.notes).toContain('In the names of the folders: day is 2026-03-01.')
  })
})
