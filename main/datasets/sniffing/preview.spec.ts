import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import type { ImportRequest } from '../../contract/datasets.ts'
import { previewFile } from './preview.ts'

async function previewOfText(
  content: string | Buffer,
  name = 'file.csv',
  format: ImportRequest['format'] = 'auto',
) {
  const file = join(await temporaryFolder(), name)
  await writeFile(file, content)
  return previewFile({ file, format })
}

const criteoRow = (label: string) =>
  [
    label,
    ...Array.from({ length: 13 }, (_, at) => (at % 3 ? String(at - 1) : '')),
    ...Array(26).fill('68fd1e64'),
  ].join('\t')

describe('previewFile', () => {
  it('recognises Criteo by its shape, whatever the name, and plain or compressed', async () => {
    const text = `${criteoRow('0')}\n${criteoRow('1')}\n`
    for (const preview of [
      await previewOfText(text, 'day_0'),
      await previewOfText(gzipSync(text), 'day_0.gz'),
    ]) {
      expect(preview).toMatchObject({ format: 'criteo', delimiter: '\t', header: false, recognised: true })
      expect(preview.columns).toHaveLength(40)
      expect(preview.columns[1]).toMatchObject({
        name: 'I1',
        transform: 'logClipped',
        missing: 'zero',
        missingShare: 1,
      })
      expect(preview.columns[39]).toMatchObject({ name: 'C26', role: 'sparse', distinct: 1 })
    }
  })

  it('still sees Criteo when some rows are malformed', async () => {
    const rows = [criteoRow('0'), criteoRow('2'), 'broken', criteoRow('1'), criteoRow('0')]
    expect((await previewOfText(rows.join('\n'))).format).toBe('criteo')
  })

  it.each([
    [',', 'csv'],
    ['\t', 'tsv'],
    [';', 'csv'],
    ['|', 'csv'],
  ])('detects the delimiter %j', async (delimiter, format) => {
    const rows = ['label,dense_a,sparse_b', '0,1.5,"x, y"', '1,2.5,"z, w"']
    const text = rows.map((row) => row.replace(/,(?! )/g, delimiter)).join('\n')
    expect(await previewOfText(text)).toMatchObject({ delimiter, format, header: true, recognised: true })
  })

  it('takes roles from names and is certain of them', async () => {
    const preview = await previewOfText(
      'Clicked,dense_price,sparse_site,multi_tags,ignore_note\n1,2,a,x|y,n\n0,3,b,x|z,m\n',
    )
    expect(preview.columns.map((column) => column.role)).toEqual([
      'label',
      'dense',
      'sparse',
      'multiValued',
      'ignore',
    ])
    expect(preview.recognised).toBe(true)
  })

  it('guesses roles from values, says why, and leaves them to be confirmed', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, at) => `${at % 2},${at / 8},${['red', 'blue'][at % 2]},a|b${at % 3}|c${at % 4}`,
    )
    const preview = await previewOfText(`bought,price,colour,tags\n${rows.join('\n')}\n`)
    expect(preview.columns.map((column) => column.role)).toEqual(['label', 'dense', 'sparse', 'multiValued'])
    expect(preview.columns[3]).toMatchObject({ separator: '|' })
    expect(preview.columns[0]?.guessedBecause).toBe('it holds only 0 and 1')
    expect(preview.recognised).toBe(false)
  })

  it('takes numbers of people and things, and whole numbers that no float holds, for names', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, at) => `${at % 7},${at % 5},${900719925474099300n + BigInt(at % 3)},${at % 9},${at % 2}`,
    )
    const { columns } = await previewOfText(['user,movieid,hash,age,clk', ...rows].join('\n'))
    expect(columns.map(({ role }) => role)).toEqual(['userId', 'itemId', 'sparse', 'dense', 'label'])
  })

  it('marks one column of user ids and one of item ids, and groups', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, at) => `u${at % 7},i${at % 5},v${at % 3},s${at % 9},${at % 2}`,
    )
    const { columns } = await previewOfText(['user_id,ItemId,visitor_id,session_id,clk', ...rows].join('\n'))
    expect(columns.map(({ role }) => role)).toEqual(['userId', 'itemId', 'sparse', 'group', 'label'])
  })

  it.each([
    ['|', false, (at: number) => [at * 31, at * 37 + 5, at].join('|')],
    ['|', false, (at: number) => `item_${at * 31}${at % 2 ? `|item_${at * 17}|item_${at}` : ''}`],
    ['^', false, (at: number) => `${at + 12}^${at * 34}`],
    [';', false, (at: number) => `${at}a0b1c2;ff${at}00ee`],
    [' ', false, (at: number) => `${at * 3} ${at * 5}`],
    [',', true, (at: number) => `"[${at}, ${at * 2}, 3]"`],
    [',', true, (at: number) => (at % 4 ? `"['a b', 'c${at}']"` : '[]')],
    [',', true, (at: number) => `"{${at},7}"`],
    [' ', true, (at: number) => `[${at} ${at * 3}]`],
  ])('recognises lists separated by %j, in brackets: %j', async (separator, brackets, value) => {
    const rows = Array.from({ length: 60 }, (_, at) => `${at % 2},${at % 7},r,x,${value(at + 100)}`)
    const { columns } = await previewOfText(['label,a,b,c,history', ...rows].join('\n'))
    expect(columns[4]).toMatchObject({
      role: 'multiValued',
      separator,
      ...(brackets && { brackets }),
      list: { separator, brackets },
    })
    expect(columns[4]?.guessedBecause).toMatch(/^its values are lists/)
  })

  it('takes no title, address or name of a place for a list', async () => {
    const titles = ['Toy Story (1995)', 'Heat (1995)', 'Sudden Death (1995)', 'Waiting to Exhale (1995)']
    const rows = Array.from(
      { length: 60 },
      (_, at) => `${at % 2},${titles[at % 4]} ${at},10.0.0.${at},Rue ${at}`,
    )
    const { columns } = await previewOfText(['label,title,address,street', ...rows].join('\n'))
    expect(columns.slice(1).map(({ role }) => role)).not.toContain('multiValued')
  })

  it('finds a click column whatever column of 0 and 1 stands before it', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `u${at % 7},${1 - (at % 2)},${at % 2}`)
    const { columns } = await previewOfText(['user,nonclk,clk', ...rows].join('\n'))
    expect(columns.filter(({ role }) => role === 'label').map(({ name }) => name)).toEqual(['clk'])
  })

  it('takes numbers with thousands for numbers, and says so', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => `"${1 + (at % 9)},${100 + at}.50",${at % 2}`)
    const preview = await previewOfText(['amount,label', ...rows].join('\n'))
    expect(preview).toMatchObject({ decimal: '.', thousands: ',' })
    expect(preview.columns[0]).toMatchObject({ role: 'dense' })
    expect(preview.notes.join()).toContain('Thousands are separated by commas')
  })

  it('asks about the one text in a column of numbers, and leaves codes with a word alone', async () => {
    const rows = Array.from({ length: 40 }, (_, at) =>
      [at % 2, at % 9 === 3 ? 'unknown' : at / 4, at % 9 === 3 ? 'all' : at % 5].join(','),
    )
    const { notes } = await previewOfText(['label,amount,channel', ...rows].join('\n'))
    expect(notes).toEqual([
      'Column amount holds numbers and the text unknown: if that stands for a missing value, add it to the missing ' +
        'values (--missing).',
    ])
  })

  it('counts missing and different values as the import does', async () => {
    const rows = Array.from({ length: 40 }, (_, at) =>
      [at % 2, [' ', '', '5', 'NA'][at % 4], [' ', '', 'x'][at % 3], ['|', 'a|b', 'b|a', '||'][at % 4]].join(
        ',',
      ),
    )
    const { columns } = await previewOfText(['label,dense_a,sparse_b,multi_c', ...rows].join('\n'))
    expect(columns.slice(1).map(({ missingShare, distinct }) => [missingShare * 40, distinct])).toEqual([
      [30, 1],
      [13, 2],
      [20, 2],
    ])
  })

  it.each(['::', ' '])('reads a file separated by %j, and says so', async (separator) => {
    const rows = Array.from({ length: 9 }, (_, at) => [1, 1193 + at, 5, 978300760].join(separator))
    const preview = await previewOfText(rows.join('\n'), 'ratings.dat')
    expect(preview).toMatchObject({ delimiter: separator, rowsRead: 9 })
    expect(preview.columns).toHaveLength(4)
    expect(preview.notes.join()).toContain('Fields are separated by')
  })

  it('skips a first line that is neither header nor row, and looks for the separator in the others', async () => {
    const rows = Array.from({ length: 9 }, (_, at) => `${at}, Private, >50K`)
    const preview = await previewOfText(['|1x3 Cross validator', ...rows].join('\n'))
    expect(preview).toMatchObject({ delimiter: ',', skipLines: 1, header: false, rowsRead: 9 })
    expect(preview.notes.join()).toContain('row 2 is data')
  })

  it('is not certain where two columns are named like a label', async () => {
    expect((await previewOfText('label,click,dense_a\n0,1,2\n')).recognised).toBe(false)
  })

  it('takes a column of numbers with few mistakes for one of numbers', async () => {
    const rows = (bad: number) => Array.from({ length: 100 }, (_, at) => (at < bad ? 'cheap' : `${at}.5`))
    const roles = async (bad: number) =>
      (
        await previewOfText(
          `click,price\n${rows(bad)
            .map((price) => `0,${price}`)
            .join('\n')}\n`,
        )
      ).columns[1]
    expect(await roles(2)).toMatchObject({
      role: 'dense',
      guessedBecause: 'nearly all of its values are numbers',
    })
    expect(await roles(3)).toMatchObject({ role: 'ignore' })
  })

  it('takes the delimiter and the header it is told', async () => {
    const file = join(await temporaryFolder(), 'file.csv')
    await writeFile(file, 'a,1;b\nc,2;d\n')
    const preview = await previewFile({ file, format: 'auto', delimiter: ';', header: true })
    expect(preview).toMatchObject({ delimiter: ';', header: true, rowsRead: 1 })
    expect(preview.columns.map((column) => column.name)).toEqual(['a,1', 'b'])
  })

  it('refuses a column name that no model could hold, and says which', async () => {
    const text = `label,${'n'.repeat(501)}\n1,2\n0,3\n`
    await expect(previewOfText(text)).rejects.toMatchObject({
      data: {
        code: 'InvalidArgument',
        row: 1,
        message: expect.stringContaining(
          'row 1: the name of column 2 has 501 characters; at most 500',
        ) as string,
      },
    })
  })

  it('numbers the columns of a file without a header', async () => {
    const preview = await previewOfText('1,2.5,a\n0,3.5,b\n')
    expect(preview).toMatchObject({ header: false, rowsRead: 2 })
    expect(preview.columns.map((column) => column.name)).toEqual(['column_1', 'column_2', 'column_3'])
  })

  it('takes no row for a header because one of its values is a name that labels have', async () => {
    const rows = (values: string[]) =>
      Array.from({ length: 40 }, (_, at) => `${at},${values[at % values.length]},${at % 7}`)
    expect((await previewOfText(['5,y,3', ...rows(['y', 'n'])].join('\n'))).header).toBe(false)
    expect((await previewOfText(['5,click,3', ...rows(['view', 'buy'])].join('\n'))).header).toBe(false)
    expect((await previewOfText(['2023,click,2024', ...rows(['0', '1'])].join('\n'))).header).toBe(true)
  })

  it('reads only the beginning of a large file, up to the last whole row', async () => {
    const row = '0,1.5,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n'
    const preview = await previewOfText(`label,dense_a,sparse_b\n${row.repeat(50_000)}`)
    expect(preview.rowsRead).toBeLessThanOrEqual(2000)
    expect(preview.columns[2]?.distinct).toBe(1)
  })

  it('drops a byte order mark', async () => {
    expect((await previewOfText('\uFEFFlabel,dense_a\n1,2\n')).columns[0]?.name).toBe('label')
  })
})
