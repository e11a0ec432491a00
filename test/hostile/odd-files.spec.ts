import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../main/datasets/columns-of.ts'
import type { ImportSchema } from '../../main/contract/datasets.ts'
import { importSchema } from '../../main/contract/datasets.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { schemaOf } from '../../main/datasets/preview-schema.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import type { OddFile } from './odd-file.ts'
import { oddFiles } from './odd-sections.ts'

const everyRowTrains = { kind: 'tail', validation: 0, test: 0 } as const

/** The schema with dense values unchanged, so that they can be compared. */
const untransformed = (schema: ImportSchema): ImportSchema => ({
  ...schema,
  columns: schema.columns.map((column) =>
    column.role === 'dense' ? { ...column, transform: 'none' } : column,
  ),
})

/** Every training row: label, dense values, sparse values as text. */
async function rowsOf(service: DatasetService, workspace: string, id: string) {
  const manifest = await service.show(id)
  const bound = columnsOf(manifest)
  const sparse = bound.sparse.map(({ name }) => name)
  const vocabularies = await Promise.all(
    manifest.columns.flatMap(({ role }, at) =>
      role === 'dense'
        ? []
        : [
            readFile(join(workspace, 'datasets', id, `vocabulary-${at}.jsonl`), 'utf8').then((text) =>
              text.split('\n'),
            ),
          ],
    ),
  )
  const order = { batchSize: 1000, shuffle: false, seed: 0, epoch: 0, startBatch: 0 }
  const loader = service.open(id).batches({ split: 'train', ...order, dense: bound.dense, sparse })
  const batch = loader.next()
  loader.close()
  if (!batch) return []
  const width = bound.dense.length
  return Array.from({ length: batch.size }, (_, row) => [
    batch.labels[row],
    ...batch.dense.slice(row * width, (row + 1) * width),
    ...batch.columns.map(({ indices }, at) => {
      const index = Number(indices[row])
      return index === 0 ? null : (JSON.parse(vocabularies[at]?.[index - 1] ?? '') as string)
    }),
  ])
}

const nearly = (rows: OddFile['rows']) =>
  rows.map((row) => row.map((value) => (typeof value === 'number' ? Math.fround(value) : value)))

describe('importing a file that is not plain CSV', () => {
  it.each(oddFiles.map((file) => [file.title, file] as const))('reads %s', async (_title, odd) => {
    const workspace = await temporaryFolder()
    const file = join(workspace, odd.name ?? 'clicks.csv')
    await writeFile(file, odd.content)
    const service = new DatasetService({ workspace })
    const { format = 'auto', reading, schema } = odd
    const request = { files: [file], split: everyRowTrains, maxRejected: 0.4 }
    const given = schema && untransformed(schema)
    const outcome = await service.waitForJob(
      await service.startImport({ ...request, name: 'set', format, reading, schema: given }),
    )
    expect(outcome.rejected.first.map(({ row, column }) => [row, column])).toEqual(
      (odd.rejected ?? []).map(([row, column]) => [row, column]),
    )
    for (const [at, [, , reason]] of (odd.rejected ?? []).entries()) {
      expect(outcome.rejected.first[at]?.reason).toMatch(reason)
    }
    if (odd.note) expect(outcome.notes.join('\n')).toMatch(odd.note)

    // The preview's guesses are a schema, with which the import gives the same result.
    const preview = await service.preview({ file, format, ...reading })
    const guessed = importSchema.parse(JSON.parse(JSON.stringify(schemaOf(preview))))
    const used = given ? { ...guessed, columns: given.columns } : untransformed(guessed)
    await service.waitForJob(
      await service.startImport({ ...request, name: 'like-preview', format: 'auto', schema: used }),
    )
    expect(await rowsOf(service, workspace, 'like-preview')).toEqual(nearly(odd.rows))
    if (given) expect(await rowsOf(service, workspace, 'set')).toEqual(nearly(odd.rows))
    await service.close()
  })
})
