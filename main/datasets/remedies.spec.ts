import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import type { ImportRequest } from '../contract/datasets.ts'
import { remedyOf, withRemedies, type Remedy } from '../contract/remedies.ts'
import { DatasetService } from './dataset-service.ts'

const columns: NonNullable<ImportRequest['schema']>['columns'] = [
  { name: 'label', role: 'label' },
  { name: 'price', role: 'dense' },
  { name: 'city', role: 'sparse' },
]
const row = (at: number) => `${at % 2};${at};Rome`
const rows = Array.from({ length: 30 }, (_, at) => row(at))

/** What the importer rejects in real files, and what accepts it. The importer's words decide which remedy there is. */
const cases: { name: string; bad: string[]; reading?: ImportRequest['reading']; remedy: Remedy }[] = [
  {
    name: 'words among numbers',
    bad: ['1;n.b.;Oslo', '0; n.b. ;Oslo'],
    remedy: { kind: 'missing', column: 'price', values: ['n.b.'] },
  },
  {
    name: 'decimal commas',
    bad: ['1;2,5;Oslo'],
    reading: { decimal: '.' },
    remedy: { kind: 'decimalComma' },
  },
  { name: 'Latin-1', bad: ['1;2;K\u00f6ln'], reading: { encoding: 'utf-8' }, remedy: { kind: 'latin1' } },
  {
    name: 'text after a closing quotation mark',
    bad: ['1;2;"5"" screen" x'],
    reading: { quotes: 'doubled' },
    remedy: { kind: 'withoutQuotes' },
  },
  {
    name: 'a quotation mark that is never closed',
    bad: ['1;2;"Oslo'],
    reading: { quotes: 'doubled' },
    remedy: { kind: 'withoutQuotes' },
  },
]

it.each(cases)('rows with $name are imported with the remedy for them', async ({ bad, reading, remedy }) => {
  const folder = await temporaryFolder()
  const file = join(folder, 'rows.csv')
  await writeFile(file, ['label;price;city', ...rows, ...bad].join('\n'), 'latin1')
  const service = new DatasetService({ workspace: folder })
  const request: ImportRequest = {
    name: 'x',
    files: [file],
    format: 'csv',
    maxRejected: 0.5,
    schema: { columns },
    reading: { delimiter: ';', ...reading },
  }
  const { rejected } = await service.waitForJob(await service.startImport(request))
  expect(rejected.count).toBe(bad.length)
  expect(rejected.groups.map(remedyOf)).toEqual([remedy])
  const again = withRemedies({ ...request, name: 'y' }, [remedy])
  expect(await service.waitForJob(await service.startImport(again))).toMatchObject({
    rows: rows.length + bad.length,
    rejected: { count: 0, groups: [] },
  })
  const repeated = await service.startImportAgain('x', 'z', [remedy])
  expect(await service.waitForJob(repeated)).toMatchObject({ rejected: { count: 0 } })
  const [one, other] = await Promise.all([service.show('y'), service.show('z')])
  expect(one.hash).toBe(other.hash)
})
