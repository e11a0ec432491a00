import { describe, expect, it } from 'vitest'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import { stepOf } from './step-of-error.ts'

const step = (error: Partial<ErrorData>) => stepOf({ code: 'InvalidArgument', message: '', ...error })

describe('the step an import’s failure is shown on', () => {
  it('is the files’ for a file that cannot be read or has other columns', () => {
    expect(step({ code: 'Unsupported', file: 'a.parquet' })).toBe('files')
    expect(step({ code: 'NotFound', file: 'a.csv' })).toBe('files')
    expect(step({ file: 'b.csv', field: 'schema.delimiter' })).toBe('files')
  })

  it('is the columns’ where a column is named', () => {
    expect(step({ file: 'a.csv', field: 'schema.columns' })).toBe('columns')
    expect(step({ file: 'a.csv', column: 'age' })).toBe('columns')
  })

  it('is the last for split, name, space and rejected rows, whatever else they name', () => {
    expect(step({ field: 'split.test' })).toBe('finish')
    expect(step({ field: 'split.column', column: 'when' })).toBe('finish')
    expect(step({ code: 'AlreadyExists', field: 'name' })).toBe('finish')
    expect(step({ code: 'TooManyRejectedRows', file: 'a.csv', row: 3, column: 'age' })).toBe('finish')
    expect(step({ code: 'DiskFull', file: 'a.csv' })).toBe('finish')
    expect(step({ code: 'EngineGone' })).toBe('finish')
  })
})
