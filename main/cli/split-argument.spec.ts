import { expect, it } from 'vitest'
import { defaultSplit } from '../contract/dataset-defaults.ts'
import { parseSplit, SPLIT_DEFAULT } from './split-argument.ts'

it('names the splits that an import takes without --split', () => {
  const [others = '', criteo = ''] = SPLIT_DEFAULT.split(', for Criteo files ')
  expect(parseSplit(others)).toEqual(defaultSplit('csv'))
  expect(parseSplit(criteo)).toEqual(defaultSplit('criteo'))
})
