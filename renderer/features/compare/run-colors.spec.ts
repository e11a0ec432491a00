import { expect, it } from 'vitest'
import { RunColors } from './run-colors.ts'

it('keeps a run’s colour while others are added and removed, and uses free ones again', () => {
  const colors = new RunColors()
  const of = (ids: string[]) => {
    colors.assign(ids)
    return ids.map((id) => colors.indexOf(id))
  }
  expect(of(['a', 'b', 'c'])).toEqual([0, 1, 2])
  expect(of(['c', 'a'])).toEqual([2, 0])
  expect(of(['c', 'a', 'd', 'e'])).toEqual([2, 0, 1, 3])
})
