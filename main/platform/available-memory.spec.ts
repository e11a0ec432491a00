import { totalmem } from 'node:os'
import { expect, it } from 'vitest'
import { availableMemory } from './available-memory.ts'

it('the memory that a process could get is some of that of the machine', () => {
  expect(availableMemory()).toBeGreaterThan(50e6)
  expect(availableMemory()).toBeLessThan(totalmem())
})
