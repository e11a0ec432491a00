import { describe, expect, it } from 'vitest'
import { recBoleColumns } from './recbole.ts'

describe('recBoleColumns', () => {
  it('takes names and types from the header', () => {
    const found = recBoleColumns(['user_id:token', 'class:token_seq', 'rating:float'])
    expect(found?.names).toEqual(['user_id', 'class', 'rating'])
    expect(found?.hints).toEqual([
      { name: 'user_id', kind: 'text' },
      { name: 'class', kind: 'text', separator: ' ' },
      { name: 'rating', kind: 'decimal' },
    ])
  })

  it('leaves other headers alone', () => {
    for (const header of [['user_id:token', 'rating'], ['a:toString', 'b:token'], [':token']])
      expect(recBoleColumns(header)).toBeNull()
  })
})
