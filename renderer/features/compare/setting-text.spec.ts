import { expect, it } from 'vitest'
import { settingText } from './setting-text.ts'

it('shows settings as people write them', () => {
  expect([[512, 256, 1], ['age', 'year'], [], true, null, 0.003, 'adam'].map(settingText)).toEqual([
    '512-256-1',
    'age, year',
    'none',
    'yes',
    '–',
    '0.003',
    'adam',
  ])
})
