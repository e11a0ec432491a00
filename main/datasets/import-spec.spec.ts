import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import type { ImportRequest } from '../contract/datasets.ts'
import { importSpec } from './import-spec.ts'

const CLICKS = 'label,dense_age,sparse_city,note\n1,30,Rome,x\n0,41,Oslo,y\n'

async function specOf(content: string | string[], request: Partial<ImportRequest> = {}) {
  const folder = await temporaryFolder()
  const files: string[] = []
  for (const [at, text] of [content].flat().entries()) {
    files.push(join(folder, `part-${at}.csv`))
    await writeFile(files.at(-1) ?? '', text)
  }
  const whole = { name: 'x', files, format: 'auto' as const, maxRejected: 0.1, ...request }
  return importSpec(whole, join(folder, 'out'))
}

const schema = (columns: NonNullable<ImportRequest['schema']>['columns']) => ({ schema: { columns } })

describe('importSpec', () => {
  it('completes what names alone make certain', async () => {
    const spec = await specOf('label,dense_age,sparse_city\n1,30,Rome\n')
    expect(spec.columns).toEqual([
      { name: 'label', role: 'label' },
      { name: 'dense_age', role: 'dense', type: 'float', transform: 'standard', missing: 'median' },
      {
        name: 'sparse_city',
        role: 'sparse',
        type: 'text',
        encoding: { kind: 'vocabulary', minimumCount: 1 },
      },
    ])
    expect(spec.split).toEqual({ kind: 'ratio', validation: 0.1, test: 0.1, seed: 0 })
  })

  it('prepares Criteo as the reference does and takes its last rows for testing', async () => {
    const row = ['1', ...Array<string>(13).fill('4'), ...Array<string>(26).fill('0a')].join('\t')
    const spec = await specOf(`${row}\n`, { format: 'criteo' })
    expect(spec).toMatchObject({ delimiter: '\t', quotes: false, header: false })
    expect(spec.columns[1]).toEqual({
      name: 'I1',
      role: 'dense',
      type: 'integer',
      transform: 'logClipped',
      missing: 'zero',
    })
    expect(spec.columns[14]).toMatchObject({ name: 'C1', role: 'sparse', type: 'hex' })
    expect(spec.split).toEqual({ kind: 'tail', validation: 0.1, test: 0.1 })
  })

  it('takes the roles that a preview guesses where there is no schema', async () => {
    const spec = await specOf('label,age,city\n1,30,Rome\n0,41,Oslo\n')
    expect(spec.columns.map((column) => column.role)).toEqual(['label', 'dense', 'sparse'])
  })

  it('refuses a file in which nothing looks like a label, and names its columns', async () => {
    await expect(specOf('user,age\nu1,30\nu2,41\n')).rejects.toThrow(
      /none of its columns \(user, age\) looks like a label.*data preview FILE --json/s,
    )
  })

  it('ignores the columns that a schema leaves out', async () => {
    const spec = await specOf(
      CLICKS,
      schema([
        { name: 'label', role: 'label' },
        { name: 'dense_age', role: 'dense' },
      ]),
    )
    expect(spec.columns.map((column) => column.role)).toEqual(['label', 'dense', 'ignore', 'ignore'])
  })

  it.each<[string, Partial<ImportRequest>, RegExp, string | undefined]>([
    [
      'a column the file has not',
      schema([{ name: 'labels', role: 'label' }]),
      /names the column labels/,
      'labels',
    ],
    ['no label', schema([{ name: 'note', role: 'sparse' }]), /role label/, undefined],
    [
      'two labels',
      schema([
        { name: 'label', role: 'label' },
        { name: 'note', role: 'label' },
      ]),
      /label and note both have the role label/,
      'note',
    ],
    [
      'no feature',
      schema([{ name: 'label', role: 'label' }]),
      /at least one column besides the label/,
      undefined,
    ],
    [
      'a column named twice',
      schema([
        { name: 'label', role: 'label' },
        { name: 'label', role: 'dense' },
      ]),
      /names the column label twice/,
      'label',
    ],
    [
      'an odd delimiter',
      { schema: { delimiter: 'a', columns: [{ name: 'label', role: 'label' }] } },
      /delimiter/,
      undefined,
    ],
  ])('refuses a schema with %s', async (_what, request, message, column) => {
    const failure = specOf(CLICKS, request)
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toMatchObject({
      data: { code: 'InvalidArgument', ...(column && { column }) },
    })
  })

  it('takes a schema column by column where there is no header', async () => {
    const columns = [
      { name: 'clicked', role: 'label' as const },
      { name: 'age', role: 'dense' as const },
    ]
    const spec = await specOf('1,30\n0,41\n', schema(columns))
    expect(spec.header).toBe(false)
    expect(spec.columns.map((column) => column.name)).toEqual(['clicked', 'age'])
    await expect(specOf('1,30,5\n0,41,6\n', schema(columns))).rejects.toThrow(
      /3 columns, but the schema has 2/,
    )
  })

  it('sees a header whose names the schema has', async () => {
    const columns = [
      { name: '1', role: 'label' as const },
      { name: '2', role: 'dense' as const },
    ]
    expect((await specOf('1,2\n0,41\n', schema(columns))).header).toBe(true)
  })

  it('refuses a further file with other columns', async () => {
    const parts = ['label,dense_a\n1,2\n', 'label,dense_b\n1,2\n']
    await expect(specOf(parts)).rejects.toThrow(/part-1.csv, row 1: its column 2 is dense_b, not dense_a/)
    await expect(specOf(['label,dense_a\n1,2\n', 'label,dense_a,x\n1,2,3\n'])).rejects.toThrow(
      /3 columns, not 2/,
    )
  })

  it('splits by a column of times where there is one, and calls a random split optimistic', async () => {
    const text = `label,dense_age,when,born\n1,30,2026-03-01 10:00,1990-01-01\n0,41,2026-03-02 11:30,1985-06-30\n`
    const byTime = { kind: 'time', column: 'when', validation: 0.1, test: 0.1 }
    const spec = await specOf(text)
    expect(spec.columns[2]).toEqual({ name: 'when', role: 'time', format: 'iso' })
    expect(spec.split).toEqual({ ...byTime, format: 'iso' })
    expect(JSON.stringify(spec.provenance)).not.toContain('optimistic')
    const ratio = { kind: 'ratio', validation: 0.1, test: 0.1, seed: 0 } as const
    const random = await specOf(text, { split: ratio })
    expect(random.split).toEqual(ratio)
    expect(JSON.stringify(random.provenance)).toContain('random although when holds times')
  })

  it('reads labels by sets of values, and by the pair that they hold if nothing is said', async () => {
    const labelOf = async (labels: string[], choice: object) => {
      const columns = [
        { name: 'label', role: 'label', ...choice },
        { name: 'a', role: 'sparse' },
      ] as const
      const text = `label,a\n${labels.map((label) => `${label},x`).join('\n')}\n`
      return (await specOf(text, schema([...columns]))).columns[0]
    }
    const positive = ['click', 'buy']
    expect(await labelOf(['view', 'buy'], { positive })).toEqual({ name: 'label', role: 'label', positive })
    expect(await labelOf(['-1', '1'], {})).toMatchObject({ positive: '1', negative: '-1' })
    expect(await labelOf(['True', 'False'], {})).toMatchObject({ positive: 'True', negative: 'False' })
    expect(await labelOf(['0.0', '1.0'], {})).toEqual({ name: 'label', role: 'label' })
    await expect(labelOf(['view', 'buy'], { positive, negative: ['buy'] })).rejects.toThrow(/other values/)
    await expect(labelOf(['view', 'buy'], { negative: 'view' })).rejects.toThrow(/either positiveFrom/)
  })

  it('marks columns of ids, and refuses weights, which training would leave out', async () => {
    const text = 'label,u,i,s,w\n1,a,b,c,2\n0,b,c,d,1\n'
    const columns = (role: 'weight' | 'ignore') =>
      schema([
        { name: 'label', role: 'label' },
        { name: 'u', role: 'userId' },
        { name: 'i', role: 'itemId' },
        { name: 's', role: 'group' },
        { name: 'w', role },
      ])
    const spec = await specOf(text, columns('ignore'))
    expect(spec.columns.slice(1, 4)).toMatchObject([
      { role: 'sparse', identifies: 'user' },
      { role: 'sparse', identifies: 'item' },
      { role: 'sparse', identifies: 'group' },
    ])
    await expect(specOf(text, columns('weight'))).rejects.toMatchObject({
      data: { column: 'w', message: expect.stringContaining('cannot weight rows yet') as string },
    })
  })

  it('sorts a column of any role by how its values are written', async () => {
    const columns = [
      { name: 'label', role: 'label' },
      { name: 'a', role: 'sparse' },
      { name: 'day', role: 'ignore' },
    ] as const
    const split = { kind: 'time', column: 'day', validation: 0.1, test: 0.1 } as const
    const of = async (days: string[]) =>
      (
        await specOf(`label,a,day\n${days.map((day, at) => `${at % 2},x,${day}`).join('\n')}\n`, {
          ...schema([...columns]),
          split,
        })
      ).split
    expect(await of(['31.12.2026', '01.01.2026'])).toMatchObject({ format: 'dayFirst' })
    expect(await of(['17', '4'])).toMatchObject({ format: 'number' })
    await expect(of(['Monday', 'Tuesday'])).rejects.toMatchObject({
      data: { column: 'day', message: expect.stringContaining('holds values such as Monday') as string },
    })
  })

  it.each<[string, ImportRequest['split'], RegExp]>([
    ['shares of 1', { kind: 'tail', validation: 0.5, test: 0.5 }, /less than 1/],
    [
      'a remainder too large',
      { kind: 'modulo', modulus: 10, validation: [10], test: [] },
      /cannot be the remainder/,
    ],
    ['a remainder given twice', { kind: 'modulo', modulus: 10, validation: [8], test: [8] }, /given twice/],
    ['no training rows', { kind: 'modulo', modulus: 2, validation: [0], test: [1] }, /left for training/],
    ['an unknown column', { kind: 'time', column: 'when', validation: 0.1, test: 0.1 }, /no column when/],
    [
      'a value given twice',
      { kind: 'column', column: 'sparse_city', train: ['a'], validation: ['a'], test: [] },
      /value a is given twice/,
    ],
  ])('refuses a split with %s', async (_what, split, message) => {
    await expect(specOf('label,dense_age,sparse_city\n1,30,Rome\n', { split })).rejects.toThrow(message)
  })
})
