import { describe, expect, it } from 'vitest'
import { nameProblem, suggestName } from './dataset-name.ts'

const none = new Set<string>()

describe('a dataset’s name', () => {
  it('is suggested from the file’s, on any system', () => {
    expect(suggestName('/home/me/clicks.csv.gz', none)).toBe('clicks')
    expect(suggestName('C:\\data\\My clicks (March).tsv', none)).toBe('My-clicks-March')
    expect(suggestName('/data/__.csv', none)).toBe('dataset')
    expect(suggestName('/data/day_0', none)).toBe('day_0')
  })

  it('is suggested free and valid, however long the file’s is', () => {
    expect(suggestName('clicks.csv', new Set(['clicks', 'clicks-2']))).toBe('clicks-3')
    const long = suggestName(`${'x'.repeat(300)}.csv`, none)
    expect(nameProblem(long, none)).toBe('')
    expect(nameProblem(suggestName(`${'x'.repeat(300)}.csv`, new Set([long])), none)).toBe('')
  })

  it('is refused with the reason', () => {
    expect(nameProblem('clicks', none)).toBe('')
    expect(nameProblem('', none)).toContain('Give the dataset a name')
    expect(nameProblem('clicks', new Set(['clicks']))).toContain('already exists')
    expect(nameProblem('my clicks', none)).toContain('letters, digits')
    expect(nameProblem('../up', none)).toContain('letters, digits')
    expect(nameProblem('x'.repeat(101), none)).toContain('100')
  })
})
