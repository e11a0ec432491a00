import { describe, expect, it } from 'vitest'
import { consequences } from './delete-dataset.ts'

const run = (name: string, status: 'completed' | 'running' = 'completed') => ({ name, status })

describe('what deleting a dataset does', () => {
  it('says that nothing uses it where nothing does', () => {
    expect(consequences([])).toContain('No run was trained on it.')
  })

  it('names the runs that use it, three at most, and counts the others', () => {
    expect(consequences([run('first')])).toContain('One run uses it: “first”.')
    const text = consequences(['a', 'b', 'c', 'd', 'e'].map((name) => run(name)))
    expect(text).toContain('5 runs use it: “a”, “b”, “c” and 2 more.')
  })

  it('warns of runs that are training now', () => {
    expect(consequences([run('a', 'running'), run('b')])).toContain('One is training on it now.')
    expect(consequences([run('a'), run('b')])).not.toContain('training on it now')
  })
})
