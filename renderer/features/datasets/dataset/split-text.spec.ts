import { describe, expect, it } from 'vitest'
import { splitText } from './split-text.ts'

describe('a split as a sentence', () => {
  it('names what each kind does with its own numbers', () => {
    expect(splitText({ kind: 'modulo', modulus: 10, validation: [8], test: [] })).toBe(
      'Row i in file order: validation where i mod 10 is 8, no test, else training.',
    )
    expect(splitText({ kind: 'tail', validation: 0.1, test: 0.2 })).toContain('the last 20 % test')
    expect(splitText({ kind: 'ratio', validation: 0.1, test: 0.1, seed: 7 })).toContain('seed 7')
    expect(splitText({ kind: 'time', column: 'when', validation: 0.1, test: 0.1 })).toContain('By when')
    expect(splitText({ kind: 'user', column: 'who', validation: 0.1, test: 0.2, seed: 3 })).toBe(
      'By who, whose rows stay together, with seed 3: 10 % of its values validation, 20 % test.',
    )
    expect(splitText({ kind: 'leaveOneOut', user: 'who', time: 'when' })).toContain(
      'the last row by when is test',
    )
    expect(splitText({ kind: 'leaveOneOut', user: 'who' })).toContain('the last row in file order is test')
    expect(splitText({ kind: 'files', validation: [], test: [0, 2] })).toBe(
      'By file: no file validation, files 1, 3 test, the others training.',
    )
    expect(
      splitText({ kind: 'column', column: 'part', train: ['a', 'b'], validation: [], test: ['c'] }),
    ).toContain('training where it is “a” or “b”, validation where it is nothing')
  })

  it('does not guess at a split it does not know', () => {
    expect(splitText({ kind: 'astrological' })).toContain('does not know')
  })
})
