import { expect, it } from 'vitest'
import { defaultSplit } from '../contract/dataset-defaults.ts'
import { parseSplit, SPLIT_DEFAULT } from './split-argument.ts'

it('reads splits by user and leaving one out', () => {
  const user = { kind: 'user', column: 'who', validation: 0.1, test: 0.2, seed: 0 }
  expect(parseSplit('user:who:0.1:0.2')).toEqual(user)
  expect(parseSplit('user:who:0.1:0.2:7')).toEqual({ ...user, seed: 7 })
  expect(parseSplit('leave-one-out:who')).toEqual({ kind: 'leaveOneOut', user: 'who' })
  expect(parseSplit('leave-one-out:who:when')).toEqual({ kind: 'leaveOneOut', user: 'who', time: 'when' })
  expect(() => parseSplit('leave-one-out')).toThrow(/it must be/)
})

it('names the splits that an import takes without --split', () => {
  const [others = '', criteo = ''] = SPLIT_DEFAULT.split(', for Criteo files ')
  expect(parseSplit(others)).toEqual(defaultSplit('csv'))
  expect(parseSplit(criteo)).toEqual(defaultSplit('criteo'))
})
