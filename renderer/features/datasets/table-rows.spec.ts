import { describe, expect, it } from 'vitest'
import { parseTableRows } from './table-rows.ts'

describe('rows of tables', () => {
  it('are numbers joined by dashes', () => {
    expect(parseTableRows(' 1000-5-2147483648 ')).toEqual({ rows: [1000, 5, 2 ** 31] })
  })

  it.each(['', '10-', '10-x', '0', '-3', '1e3', '2147483649', Array(1001).fill('5').join('-')])(
    'are refused as %.20j',
    (text) => {
      expect(parseTableRows(text)).toHaveProperty('problem')
    },
  )
})
