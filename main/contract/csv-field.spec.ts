import { describe, expect, it } from 'vitest'
import { csvField, harmlessText } from './csv-field.ts'

describe('a field of a CSV file', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['cr\rhere', '"cr\rhere"'],
    ['a;b', '"a;b"'],
    ['a\tb', '"a\tb"'],
    [' padded', '" padded"'],
  ])('is quoted where it has to be: %j', (text, field) => {
    expect(csvField(text)).toBe(field)
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'],
    ['+cmd|x', "'+cmd|x"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\r=1', "'\r'=1"],
    ['\t', "'\t"],
    ['＝1+1', "'＝1+1"],
    ['name;=1+1;x', "name;'=1+1;x"],
    ['name\n@SUM(A1)', "name\n'@SUM(A1)"],
    ['a\t+cmd|x', "a\t'+cmd|x"],
    ['1;-5', '1;-5'],
    ['=', "'="],
    ['-', "'-"],
    ['--', "'--"],
    ['-5', '-5'],
    ['+49.5', '+49.5'],
    ['-1e-3', '-1e-3'],
    ['-0,5', '-0,5'],
    ['user-1', 'user-1'],
    ['', ''],
  ])('is no formula: %j', (text, shown) => {
    expect(harmlessText(text)).toBe(shown)
  })
})
