import { describe, expect, it } from 'vitest'
import { importRequest, importSchema, type FilePreview } from '../../../../main/contract/datasets.ts'
import { filePreview } from '../../../../test/helpers/file-preview.ts'
import { columnDrafts } from './column-draft.ts'
import { importRequestOf, schemaOf } from './import-request.ts'

const seen = { examples: [], distinct: 0, missingShare: 0, missingTexts: [] }
const preview: FilePreview = {
  ...filePreview([
    { name: 'column_1', role: 'label', ...seen },
    { name: 'column_2', role: 'ignore', ...seen },
    { name: 'column_3', role: 'sparse', ...seen },
  ]),
  delimiter: ';',
  header: false,
}
const split = { kind: 'tail', validation: 0.1, test: 0.1 } as const
const choices = {
  name: 'a',
  files: [
    { handle: 'handle-a', path: '/a.csv' },
    { handle: 'handle-b', path: '/b.csv' },
  ],
  preview,
  fixedColumns: false,
  split,
  limit: { maxRejected: 0.05 },
  remedies: [],
}

describe('the wizard’s request', () => {
  it('names every column in order, the ignored ones too, with the layout that was seen', () => {
    const request = importRequestOf({ ...choices, columns: columnDrafts(preview, []) })
    expect(importRequest.parse(request)).toMatchObject({
      files: ['handle-a', 'handle-b'],
      format: 'csv',
      split,
      maxRejected: 0.05,
      schema: {
        delimiter: ';',
        header: false,
        columns: [
          { name: 'column_1', role: 'label' },
          { name: 'column_2', role: 'ignore' },
          { name: 'column_3', role: 'sparse' },
        ],
      },
    })
  })

  it('is saved as a recipe that reads and prepares files in the same way', () => {
    const columns = columnDrafts(preview, [])
    const remedies = [{ kind: 'missing' as const, column: 'column_3', values: ['?'] }]
    const schema = importSchema.parse(schemaOf({ ...choices, columns, remedies }))
    expect(schema).toMatchObject({ format: 'csv', delimiter: ';', header: false, split })
    expect(schema).toMatchObject({ skipLines: preview.skipLines, longRows: preview.longRows })
    const missing = schema.columns.map(({ missingValues }) => missingValues)
    expect(missing).toEqual([undefined, undefined, [...preview.missingValues, '?']])
  })

  it('has no schema for Criteo, whose columns are known', () => {
    const criteo = { ...preview, format: 'criteo' } as const
    const request = importRequestOf({
      ...choices,
      preview: criteo,
      fixedColumns: true,
      columns: columnDrafts(criteo, []),
    })
    expect(importRequest.parse(request)).not.toHaveProperty('schema')
  })
})
