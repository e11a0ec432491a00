import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import type { ColumnChoice, ImportRequest } from '../contract/datasets.ts'
import { DatasetService } from './dataset-service.ts'

const quiet = { signal: new AbortController().signal, report: () => undefined }

/** 13 integers and 26 hex values; every field of a row depends on its number. */
const criteoFields = (row: number) => [
  ...Array.from({ length: 13 }, (_, at) => String(row * at)),
  ...Array.from({ length: 26 }, (_, at) => ((row % 3) + at).toString(16)),
]
const criteoLines = (labelled: boolean) =>
  Array.from({ length: 30 }, (_, row) => [...(labelled ? [row % 2] : []), ...criteoFields(row)].join('\t'))

/** The indices and dense values of a split, as one array. */
function contentOf(dataset: ReturnType<DatasetService['open']>, split: 'train' | 'test'): number[] {
  const { columns } = JSON.parse(dataset.manifest()) as { columns: { role: string; name: string }[] }
  const names = (dense: boolean) =>
    columns.filter(({ role }) => (role === 'dense') === dense).map(({ name }) => name)
  const order = { batchSize: 1000, shuffle: false, seed: 0, epoch: 0, startBatch: 0 }
  const loader = dataset.batches({ split, ...order, dense: names(true), sparse: names(false) })
  const batch = loader.next()
  loader.close()
  return batch ? [...batch.dense, ...batch.columns.flatMap(({ indices }) => [...indices].map(Number))] : []
}

async function serviceWith(lines: string[], schema?: ImportRequest['schema']) {
  const workspace = await temporaryFolder()
  const service = new DatasetService({ workspace })
  const file = join(workspace, 'original.txt')
  await writeFile(file, `${lines.join('\n')}\n`)
  const split = { kind: 'tail', validation: 0, test: 0 } as const
  await service.waitForJob(
    await service.startImport({
      name: 'original',
      format: 'auto',
      files: [file],
      split,
      ...(schema && { schema }),
      maxRejected: 0,
    }),
  )
  const encode = async (newLines: string[]) => {
    const path = join(workspace, 'new.txt')
    await writeFile(path, `${newLines.join('\n')}\n`)
    return service.withEncodedFile(path, 'original', quiet, ({ dataset, rows, labelled }) =>
      Promise.resolve({ rows, labelled, content: contentOf(dataset, 'test') }),
    )
  }
  return { service, encode, original: contentOf(service.open('original'), 'train') }
}

describe('encoding a file as a dataset was', () => {
  it('shapes values and makes features of times again', async () => {
    const schema = {
      columns: [
        { name: 'click', role: 'label' as const },
        {
          name: 'price',
          role: 'dense' as const,
          transform: 'quantile' as const,
          missing: 'mean' as const,
          clip: { maximum: 50 },
        },
        {
          name: 'age',
          role: 'sparse' as const,
          bucket: { boundaries: [18, 65] },
          missing: 'category' as const,
        },
        { name: 'when', role: 'time' as const, derive: ['hour' as const, 'weekday' as const] },
        { name: 'published', role: 'time' as const, derive: [{ age: 'when' }] },
      ],
    }
    const day = (row: number) => new Date(Date.UTC(2026, 2, 1, row * 7)).toISOString()
    const fields = (row: number) =>
      [row % 4 ? String(row * 9) : '', row % 3 ? String(row * 11) : 'NA', day(row), '01.02.2026'].join(',')
    const rows = Array.from({ length: 12 }, (_, row) => fields(row))
    const header = 'price,age,when,published'
    const { encode, original } = await serviceWith(
      [`click,${header}`, ...rows.map((row, at) => `${at % 2},${row}`)],
      schema,
    )
    expect(original).toHaveLength(12 * 5)
    expect(await encode([header, ...rows])).toEqual({ rows: 12, labelled: false, content: original })
    await expect(encode(['price,age,when', ...rows.map((row) => row.slice(0, -11))])).rejects.toThrow(
      'no column published',
    )
  })

  it('reads Criteo’s test files, which have no label', async () => {
    const { service, encode, original } = await serviceWith(criteoLines(true))
    expect(original).toHaveLength(30 * 39)
    expect(await encode(criteoLines(false))).toEqual({ rows: 30, labelled: false, content: original })
    expect(await encode(criteoLines(true))).toEqual({ rows: 30, labelled: true, content: original })
    expect((await service.list()).map(({ id }) => id)).toEqual(['original'])
    await service.close()
  })

  it('takes columns by their names, in any order, and leaves others out', async () => {
    const { service, encode, original } = await serviceWith(['label,dense_x,sparse_y', '1,2,a', '0,3,b'])
    const { content, labelled } = await encode(['extra,sparse_y,dense_x', 'q,a,2', 'q,b,3'])
    expect({ content: content.toSorted(), labelled }).toEqual({
      content: original.toSorted(),
      labelled: false,
    })
    await expect(encode(['sparse_y,dense_z', 'a,2'])).rejects.toMatchObject({
      data: { code: 'InvalidArgument', row: 1, column: 'dense_x' },
    })
    await service.close()
  })

  it('takes columns by their place where the dataset’s files had no header', async () => {
    const columns: ColumnChoice[] = [
      { name: 'x', role: 'dense' },
      { name: 'click', role: 'label' },
      { name: 'note', role: 'ignore' },
      { name: 'y', role: 'sparse' },
    ]
    const schema = { delimiter: ';', header: false, columns }
    const { service, encode, original } = await serviceWith(['2;1;-;a', '3;0;-;b'], schema)
    expect(await encode(['2;-;a', '3;-;b'])).toEqual({ rows: 2, labelled: false, content: original })
    expect(await encode(['2;0;-;a', '3;0;-;b'])).toMatchObject({ labelled: true, content: original })
    await expect(encode(['2;a', '3;b'])).rejects.toThrow('it has 2 columns; the files of the run’s dataset')
    await service.close()
  })
})
