import { describe, expect, it } from 'vitest'
import { splitRecords } from './records.ts'

const fieldsOf = (text: string, quotes = true) =>
  splitRecords(text, ',', quotes, 100).map((record) => record.fields)

describe('splitRecords', () => {
  it('splits plain rows and takes line feeds with or without a carriage return', () => {
    expect(fieldsOf('a,b\r\n1,2\n3,')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', ''],
    ])
  })

  it('unfolds quoted fields with delimiters, doubled quotes and line breaks, and counts lines on', () => {
    const records = splitRecords('a,"x, ""y""\nz"\r\n1,2\n', ',', true, 100)
    expect(records).toEqual([
      { line: 1, fields: ['a', 'x, "y"\nz'], malformed: false },
      { line: 3, fields: ['1', '2'], malformed: false },
    ])
  })

  it('keeps a quote that is inside a field', () => {
    expect(fieldsOf('5" disk,1\n')).toEqual([['5" disk', '1']])
  })

  it('marks a quote that is never closed and goes on in the next line', () => {
    const records = splitRecords('"open,1\n2,3\n', ',', true, 100)
    expect(records.map((record) => record.malformed)).toEqual([true, false])
    expect(records[1]?.fields).toEqual(['2', '3'])
  })

  it('marks text after a closing quote', () => {
    expect(splitRecords('"a"b,1\n', ',', true, 100)[0]?.malformed).toBe(true)
  })

  it('takes quotes as text where the format has none', () => {
    expect(fieldsOf('"a,b"\n', false)).toEqual([['"a', 'b"']])
  })

  it('skips empty lines and stops at the limit', () => {
    expect(splitRecords('1,2\n\n3,4\n5,6\n', ',', true, 2).map((record) => record.line)).toEqual([1, 3])
  })
})
