import { expect, it } from 'vitest'
import { RestartPolicy } from './restart-policy.ts'

it('waits longer with every end and gives up at the fifth in a minute', () => {
  const policy = new RestartPolicy()
  expect([0, 1000, 2000, 3000, 4000].map((now) => policy.delayAfterEnd(now))).toEqual([
    250,
    500,
    1000,
    2000,
    null,
  ])
})

it('forgets ends that are more than a minute ago', () => {
  const policy = new RestartPolicy()
  const delays = Array.from({ length: 20 }, (_, index) => policy.delayAfterEnd(index * 61_000))
  expect(new Set(delays)).toEqual(new Set([250]))
})

it('starts afresh when the user asks for it', () => {
  const policy = new RestartPolicy()
  for (let now = 0; now < 5; now++) policy.delayAfterEnd(now)
  policy.forget()
  expect(policy.delayAfterEnd(6)).toBe(250)
})
