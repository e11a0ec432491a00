import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import type { RecipeName } from '../../contract/recipes.ts'
import { importSpec } from '../import-spec.ts'
import { schemaOf } from '../preview-schema.ts'
import { previewFile } from '../sniffing/preview.ts'

async function specOf(recipe: RecipeName, text: string) {
  const folder = await temporaryFolder()
  const file = join(folder, 'data.csv')
  await writeFile(file, text)
  const request = { name: 'x', files: [file], format: 'auto' as const, maxRejected: 0.1 }
  const spec = await importSpec({ ...request, recipe }, join(folder, 'out'))
  // A preview with the recipe prints a schema that does the same.
  const schema = schemaOf(await previewFile({ file, format: 'auto', recipe }))
  const again = await importSpec({ ...request, schema }, join(folder, 'out'))
  expect(again.columns).toEqual(spec.columns)
  expect(again.split).toEqual(spec.split)
  return spec
}

const criteo = (first: string) => [first, ...Array<string>(13).fill('4'), ...Array<string>(26).fill('0a')]

describe('a recipe', () => {
  it('prepares Criteo as DLRM does, and as BARS does', async () => {
    const text = `${criteo('1').join('\t')}\n${criteo('0').join('\t')}\n`
    const kaggle = await specOf('criteo-kaggle', text)
    expect(kaggle.columns[1]).toMatchObject({ role: 'dense', transform: 'logClipped', missing: 'zero' })
    const x4 = await specOf('criteo-x4', text)
    const encoding = { kind: 'vocabulary', minimumCount: 10 }
    expect(x4.columns[1]).toEqual({
      name: 'I1',
      role: 'sparse',
      type: 'text',
      encoding,
      bucket: { kind: 'logSquared' },
      missingValues: ['0'],
    })
    expect(x4.columns[14]).toEqual({ name: 'C1', role: 'sparse', type: 'hex', encoding })
    expect(x4.split).toMatchObject({ kind: 'ratio', validation: 0.1, test: 0.1 })
  })

  it('prepares Avazu by its hours', async () => {
    const text = 'id,click,hour,C1,device_id\n1,0,14102100,5,a\n2,1,14102101,5,b\n'
    const spec = await specOf('avazu', text)
    expect(spec.columns).toMatchObject([
      { name: 'id', role: 'ignore' },
      { name: 'click', role: 'label' },
      { role: 'time', format: 'compactHour', derive: [{ kind: 'hour' }, { kind: 'weekday' }] },
      { name: 'C1', role: 'sparse', encoding: { minimumCount: 2 } },
      { name: 'device_id', identifies: 'user' },
    ])
    expect(spec.split).toMatchObject({ kind: 'time', column: 'hour', format: 'compactHour' })
  })

  it.each([
    ['userId,movieId,rating,timestamp', '1,2,4.5,978300760', '2,3,1,978300761'],
    ['196\t242\t3\t881250949', '186\t302\t5\t891717742'],
  ])('prepares MovieLens with and without a header: %s', async (...lines) => {
    const spec = await specOf('movielens', `${lines.join('\n')}\n`)
    expect(spec.columns).toMatchObject([
      { role: 'sparse', identifies: 'user' },
      { role: 'sparse', identifies: 'item' },
      { role: 'label', positiveFrom: 4 },
      { role: 'time', format: 'seconds' },
    ])
    expect(spec.split).toMatchObject({ kind: 'time' })
  })

  it('prepares Frappe and files of RecBole by the names of their columns', async () => {
    const names = 'label,user,item,daytime,weekday,isweekend,homework,cost,weather,country,city'
    const frappe = await specOf('frappe', `${names}\n1,2,3,4,5,6,7,8,9,10,11\n0,2,3,4,5,6,7,8,9,10,11\n`)
    expect(frappe.columns.map(({ role }) => role)).toEqual(['label', ...Array<string>(10).fill('sparse')])
    const header = 'user_id:token\titem_id:token\trating:float\ttimestamp:float\tgenre:token_seq\tprice:float'
    const recbole = await specOf(
      'recbole',
      `${header}\na\tb\t4\t978300760\tx y\t2\nb\tc\t1\t978300761\tz\t3\n`,
    )
    expect(recbole.columns).toMatchObject([
      { identifies: 'user' },
      { identifies: 'item' },
      { role: 'label', positiveFrom: 4 },
      { role: 'time', format: 'seconds' },
      { role: 'multiValued', separator: ' ' },
      { role: 'dense' },
    ])
  })

  it('refuses a file of another kind and says what it needs', async () => {
    await expect(specOf('avazu', 'label,a\n1,2\n0,3\n')).rejects.toMatchObject({
      data: {
        field: 'recipe',
        message: expect.stringContaining('needs the columns click, hour and device_id') as string,
      },
    })
  })
})
