import { describe, expect, it } from 'vitest'
import { splitRecords, type Quoting } from './records.ts'

const recordsOf = (text: string, quotes: Quoting = 'doubled', limit = 100) =>
  splitRecords(text, { delimiter: ',', quotes }, limit)
const fieldsOf = (text: string, quotes?: Quoting) => recordsOf(text, quotes).map((record) => record.fields)

describe('splitRecords', () => {
  it('splits plain rows and takes empty last fields', () => {
    expect(fieldsOf('a,b\n1,2\n3,')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', ''],
    ])
  })

  it('unfolds quoted fields with delimiters, doubled quotes and line breaks, and counts lines on', () => {
    const records = recordsOf('a,"x, ""y""\nz"\n1,2\n')
    expect(records).toEqual([
      { line: 1, fields: ['a', 'x, "y"\nz'], malformed: false, quoted: 1 },
      { line: 3, fields: ['1', '2'], malformed: false, quoted: 0 },
    ])
  })

  it('keeps a quote that is inside a field', () => {
    expect(fieldsOf('5" disk,1\n')).toEqual([['5" disk', '1']])
  })

  it('marks a quote that is never closed and goes on in the next line', () => {
    const records = recordsOf('"open,1\n2,3\n')
    expect(records.map((record) => record.malformed)).toEqual([true, false])
    expect(records[1]?.fields).toEqual(['2', '3'])
  })

  it('marks text after a closing quote', () => {
    expect(recordsOf('"a"b,1\n')[0]?.malformed).toBe(true)
  })

  it('takes quotes as text where the format has none', () => {
    expect(fieldsOf('"a,b"\n', 'none')).toEqual([['"a', 'b"']])
  })

  it('skips blank lines and stops at the limit', () => {
    expect(recordsOf('1,2\n \n3,4\n5,6\n', 'doubled', 2).map((record) => record.line)).toEqual([1, 3])
  })

  it('takes a line of delimiters for a record', () => {
    const records = splitRecords('\t\n \n', { delimiter: '\t', quotes: 'none' }, 10)
    expect(records.map((record) => record.fields)).toEqual([['', '']])
  })

  it('skips comments', () => {
    const records = splitRecords('# a "note\n1,2\n', { delimiter: ',', quotes: 'doubled', comment: '#' }, 10)
    expect(records.map((record) => record.line)).toEqual([2])
  })
})
