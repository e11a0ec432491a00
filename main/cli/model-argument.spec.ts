import { expect, it } from 'vitest'
import { parseAssignment } from '../model/assign-setting.ts'
import { presetFromSettings } from './model-argument.ts'

const columns = { dense: ['age'], sparse: [{ name: 'city', cardinality: 10, multiValued: false }] }

it.each([
  ['nosuch=1', 'nosuch'],
  ['compression={"kind":"hash","rows":4,"colour":1}', 'compression.colour'],
  ['dimension=-1', 'dimension'],
])('names the preset’s setting that %s gets wrong', (text, field) => {
  expect(() => presetFromSettings('dlrm', columns, [parseAssignment(text)])).toThrow(
    expect.objectContaining({ name: 'UsageError', field, message: expect.stringContaining(field) }),
  )
})
