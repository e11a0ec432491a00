import type { ImportColumn, ImportSplit } from '../../native/index.ts'
import type { SplitChoice } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { firstRepeated } from './first-repeated.ts'

/** The split as given, if it is valid for these columns and files. Throws InvalidArgument naming the setting. */
export function checkedSplit(split: SplitChoice, columns: ImportColumn[], files: string[]): ImportSplit {
  switch (split.kind) {
    case 'leaveOneOut':
      requireColumn(split.user, columns)
      if (split.time !== undefined) requireColumn(split.time, columns)
      break
    case 'files':
      checkFiles(split, files)
      break
    case 'modulo':
      checkModulo(split)
      break
    case 'column': {
      requireColumn(split.column, columns)
      if (split.train.length === 0)
        throw invalid('train', 'give at least one value that marks training rows.')
      const repeated = firstRepeated([...split.train, ...split.validation, ...split.test])
      if (repeated !== undefined) throw invalid('column', `the value ${repeated} is given twice.`)
      break
    }
    default:
      if (split.kind === 'time' || split.kind === 'user') requireColumn(split.column, columns)
      if (split.validation + split.test >= 1) {
        throw invalid(
          'test',
          'validation and test together must leave rows for training: less than 1 in all.',
        )
      }
  }
  return split
}

function checkFiles({ validation, test }: SplitChoice & { kind: 'files' }, files: string[]): void {
  const taken = [...validation, ...test]
  const outside = taken.find((file) => file >= files.length)
  if (outside !== undefined) {
    throw invalid('test', `there is no file number ${outside}; ${files.length} files are counted from 0.`)
  }
  const repeated = firstRepeated(taken)
  if (repeated !== undefined) throw invalid('test', `the file ${files[repeated]} is given twice.`)
  if (taken.length === files.length) throw invalid('test', 'no file is left for training.')
}

function checkModulo({ modulus, validation, test }: SplitChoice & { kind: 'modulo' }): void {
  const taken = [...validation, ...test]
  const outside = taken.find((remainder) => remainder < 0 || remainder >= modulus)
  if (outside !== undefined)
    throw invalid('modulus', `${outside} cannot be the remainder of a division by ${modulus}.`)
  const repeated = firstRepeated(taken)
  if (repeated !== undefined) throw invalid('validation', `the remainder ${repeated} is given twice.`)
  if (taken.length === modulus) throw invalid('modulus', 'no remainder is left for training rows.')
}

function requireColumn(name: string, columns: ImportColumn[]): void {
  if (columns.some((column) => column.name === name)) return
  throw invalid('column', `the file has no column ${name}.`, name)
}

function invalid(field: string, what: string, column?: string): StudioError {
  const where = column === undefined ? {} : { column }
  return new StudioError('InvalidArgument', `The split is not valid: ${what}`, {
    field: `split.${field}`,
    ...where,
  })
}
