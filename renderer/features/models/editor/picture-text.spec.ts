import { describe, expect, it } from 'vitest'
import { fitted, wrapped, xmlText } from './picture-text.ts'

/** Char of XML 1.0, as its grammar has it. */
const isXml = (text: string): boolean =>
  [...text].every((each) => {
    const code = each.codePointAt(0) ?? 0
    const low = code === 0x9 || code === 0xa || code === 0xd || (code >= 0x20 && code <= 0xd7ff)
    return low || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000
  })

describe('xmlText', () => {
  it('replaces every character that XML 1.0 cannot hold and keeps all others', () => {
    for (let code = 0; code <= 0xffff; code++) {
      const text = xmlText(`a${String.fromCharCode(code)}b`)
      expect(isXml(text), code.toString(16)).toBe(true)
      if (isXml(String.fromCharCode(code)) && !'&<>"\''.includes(String.fromCharCode(code)))
        expect(text).toBe(`a${String.fromCharCode(code)}b`)
    }
    expect(xmlText('\u{10FFFF}😀')).toBe('\u{10FFFF}😀')
  })

  it('leaves nothing that ends a section or begins an element', () => {
    expect(xmlText(']]><script a="b">\'&')).toBe(']]&gt;&lt;script a=&quot;b&quot;&gt;&#39;&amp;')
  })
})

describe('fitted', () => {
  it('keeps what fits and cuts between whole characters', () => {
    expect(fitted('features', 8)).toBe('features')
    expect(fitted('features_', 8)).toBe('feature…')
    expect(fitted('👩‍👩‍👧‍👦'.repeat(5), 5)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦…')
    expect(fitted('e\u0301'.repeat(9), 4)).toBe(`${'e\u0301'.repeat(3)}…`)
    expect(fitted('two\nlines\tof', 20)).toBe('two lines of')
    expect(fitted('', 8)).toBe('')
  })

  it('is short for any text, of accents alone as well', () => {
    for (const text of ['x'.repeat(10_000), `a${'\u0301'.repeat(10_000)}`, '\uD83D'.repeat(10_000)])
      expect(fitted(text, 24).length).toBeLessThan(25 * 32)
  })
})

it('wraps between words, and inside of a word that is too long', () => {
  expect(wrapped('a few words here', 8)).toEqual(['a few', 'words', 'here'])
  expect(wrapped(`${'x'.repeat(40)}\r\n\nb`, 32)).toEqual(['x'.repeat(32), 'x'.repeat(8), '', 'b'])
  expect(wrapped('数据集推荐', 4)).toEqual(['数据', '集推', '荐'])
})
