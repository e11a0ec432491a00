import { expect, it } from 'vitest'
import { z } from 'zod'
import { boundsOf } from './number-bounds.ts'

it('reads the bounds of a number from its schema, without those of whole numbers as such', () => {
  expect(boundsOf(z.int().min(1).max(100))).toEqual({ integer: true, minimum: 1, maximum: 100 })
  expect(boundsOf(z.int().min(0))).toEqual({ integer: true, minimum: 0 })
  expect(boundsOf(z.number().positive().max(1000))).toEqual({ integer: false, above: 0, maximum: 1000 })
  expect(boundsOf(z.number().min(0).lt(1).default(0))).toEqual({ integer: false, minimum: 0, below: 1 })
})
