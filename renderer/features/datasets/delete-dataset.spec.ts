import { describe, expect, it } from 'vitest'
import { consequences } from './delete-dataset.ts'

describe('what deleting a dataset does', () => {
  it('says that nothing uses it where nothing does', () => {
    expect(consequences({ runs: 0, live: 0, names: [] })).toContain('No run was trained on it.')
  })

  it('names runs that use it, and counts the others', () => {
    expect(consequences({ runs: 1, live: 0, names: ['first'] })).toContain('One run uses it: “first”.')
    const text = consequences({ runs: 5, live: 0, names: ['a', 'b', 'c'] })
    expect(text).toContain('5 runs use it: “a”, “b”, “c” and 2 more.')
  })

  it('warns of runs that are training now', () => {
    const users = { runs: 2, names: ['a', 'b'] }
    expect(consequences({ ...users, live: 1 })).toContain('One is training on it now.')
    expect(consequences({ ...users, live: 0 })).not.toContain('training on it now')
  })
})
