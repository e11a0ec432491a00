import { describe, expect, it } from 'vitest'
import type { RunRow } from '../../db/index.ts'
import { StudioError } from './errors.ts'
import { databaseWithRun } from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { parseRunQuery } from './run-query.ts'

async function sampleRow(): Promise<RunRow> {
  const { database, id } = databaseWithRun(await temporaryFolder(), {
    name: 'Wide first layer',
    datasetName: 'clicks',
  })
  database.tags.replace(id, ['first try', 'good'])
  database.runs.end(id, { status: 'completed', error: null })
  const row = database.runs.row(id)
  database.close()
  return row
}

describe('a query', () => {
  it.each([
    ['', true],
    ['  ', true],
    ['WIDE', true],
    ['clicks layer', true],
    ['clicks deep', false],
    ['"first layer"', true],
    ['"layer first"', false],
    ['status:completed', true],
    ['status:complete', false],
    ['Status:STOPPED,completed', true],
    ['dataset:click model:logistic', true],
    ['tag:"first try"', true],
    ['tag:first', false],
    ['-tag:good', false],
    ['-status:failed -deep', true],
    ['name:"first layer",other', true],
    ['-', true],
  ])('%j matches the run: %j', async (query, matches) => {
    expect(parseRunQuery(query)(await sampleRow())).toBe(matches)
  })

  it('that names no field of a run is refused with those there are', () => {
    expect(() => parseRunQuery('colour:red')).toThrow(StudioError)
    expect(() => parseRunQuery('colour:red')).toThrow('use status, dataset, model, name, id, tag, notes')
  })
})
