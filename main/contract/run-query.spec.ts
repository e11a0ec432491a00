import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../test/helpers/seeded-random.ts'
import { hostileQueries, randomQuery } from '../../test/helpers/random-queries.ts'
import { StudioError } from './errors.ts'
import { parseRunQuery, runFields } from './run-query.ts'

describe('a query', () => {
  it('becomes a tree of what is wanted, in small letters', () => {
    expect(parseRunQuery('  ')).toEqual({ kind: 'all', conditions: [] })
    expect(parseRunQuery('-Status:Stopped,COMPLETED name:"First  layer",x')).toEqual({
      kind: 'all',
      conditions: [
        {
          kind: 'not',
          condition: {
            kind: 'any',
            conditions: [
              { kind: 'equals', field: 'status', text: 'stopped' },
              { kind: 'equals', field: 'status', text: 'completed' },
            ],
          },
        },
        {
          kind: 'any',
          conditions: [
            { kind: 'contains', field: 'name', text: 'first  layer' },
            { kind: 'contains', field: 'name', text: 'x' },
          ],
        },
      ],
    })
  })

  it('searches a word in every field', () => {
    const conditions = runFields.map((field) => ({ kind: 'contains', field, text: 'wide' }))
    expect(parseRunQuery('Wide')).toEqual({ kind: 'all', conditions: [{ kind: 'any', conditions }] })
  })

  it.each(['constructor:', 'toString:x', 'hasOwnProperty:', '-valueOf:a,b'])(
    '%j names no field, though every object has one of that name',
    (query) => expect(() => parseRunQuery(query)).toThrow('is not a field of a run'),
  )

  it('of any text is read or refused with a sentence, and never fails otherwise', () => {
    const random = seededRandom(20_261_130)
    const texts = [...hostileQueries, ...Array.from({ length: 2000 }, () => randomQuery(random))]
    let read = 0
    for (const text of texts) {
      try {
        expect(parseRunQuery(text).kind).toBe('all')
        read++
      } catch (thrown) {
        expect(thrown, JSON.stringify(text)).toBeInstanceOf(StudioError)
        expect((thrown as StudioError).data.code).toBe('InvalidArgument')
      }
    }
    expect(read).toBeGreaterThan(500)
  })

  it('that names no field of a run is refused with those there are', () => {
    expect(() => parseRunQuery('colour:red')).toThrow(StudioError)
    expect(() => parseRunQuery('colour:red')).toThrow('use status, dataset, model, name, id, tag, notes')
  })

  it('of more terms than a database takes is refused', () => {
    expect(() => parseRunQuery('x '.repeat(101))).toThrow('The query has 101 terms: use at most 100.')
    expect(() => parseRunQuery(`tag:${'x,'.repeat(101)}`)).toThrow('101 values of one field')
  })
})
