import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { readHead } from './head.ts'

async function fileWith(content: string | Buffer, name: string): Promise<string> {
  const file = join(await temporaryFolder(), name)
  await writeFile(file, content)
  return file
}

describe('readHead', () => {
  it.each<[string, string | Buffer, string, RegExp]>([
    ['the beginning of a Parquet file', 'PAR1\x15\x04\x15\x00....', 'a.csv', /Parquet file that is cut off/],
    ['a damaged zip archive', 'PK\x03\x04abc', 'a.csv', /zip archive is damaged/],
    ['JSON that is no list of objects', '["label", 1]', 'a.json', /is JSON, but no list of objects/],
    ['the mark of UTF-16 alone', Buffer.from([0xff, 0xfe]), 'a.csv', /is empty/],
    ['a name in .gz without gzip', 'label,a\n', 'a.csv.gz', /not a gzip file/],
    ['a zip archive inside gzip', gzipSync('PK\x03\x04abc'), 'a.gz', /zip archive/],
    [
      'a truncated gzip file',
      gzipSync('label,a\n'.repeat(1000)).subarray(0, 30),
      'a.gz',
      /ends too early, so the file is truncated/,
    ],
    ['an empty file', '', 'a.csv', /is empty/],
    ['NUL bytes in the first row', 'a\0b,c\n1,2\n', 'a.csv', /row 1.*NUL bytes/],
    ['a first line over 1.05 MB', 'a'.repeat(1100 * 1024), 'a.csv', /row 1.*longer than 1\.05 MB/],
  ])('refuses %s', async (_what, content, name, message) => {
    const file = await fileWith(content, name)
    const failure = readHead(file)
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toMatchObject({ data: { file } })
  })

  it('refuses a folder, a missing file and a circle of links', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'inner'))
    await symlink('loop.csv', join(folder, 'loop.csv'))
    await expect(readHead(join(folder, 'inner'))).rejects.toThrow(/is a folder/)
    await expect(readHead(join(folder, 'missing.csv'))).rejects.toMatchObject({ data: { code: 'NotFound' } })
    await expect(readHead(join(folder, 'loop.csv'))).rejects.toMatchObject({ data: { code: 'Io' } })
  })

  it('reads UTF-16 without a byte order mark, of words beyond ASCII too', async () => {
    const text = 'label,название,категория\n1,первая,вторая\n'
    for (const content of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
      expect(await readHead(await fileWith(content, 'a.csv'))).toMatchObject({ text, encoding: 'utf-16' })
    }
  })

  it('lets single NUL bytes pass, for the importer rejects their rows one by one', async () => {
    const file = await fileWith(`label,a\n${'1,2\n'.repeat(100)}1,\0\n`, 'a.csv')
    expect((await readHead(file)).whole).toBe(true)
  })

  it('stops at a line end within the limit', async () => {
    const head = await readHead(await fileWith('1,2\n'.repeat(100), 'a.csv'), { maxBytes: 10 })
    expect(head).toMatchObject({ text: '1,2\n1,2\n', whole: false, fileBytes: 400 })
  })

  it('reads what was compressed twice', async () => {
    const head = await readHead(await fileWith(gzipSync(gzipSync('label,a\n')), 'a.csv.gz'))
    expect(head).toMatchObject({ text: 'label,a\n', compression: 'gzip' })
  })

  it('does the same with gzip', async () => {
    const head = await readHead(await fileWith(gzipSync('1,2\n'.repeat(300_000)), 'a.csv.gz'), {
      maxBytes: 10,
    })
    expect(head).toMatchObject({ text: '1,2\n1,2\n', whole: false })
  })
})
