import { describe, expect, it } from 'vitest'
import type { BoundColumns } from '../../model/document.ts'
import { presetDocument, presetNames } from '../../model/presets/index.ts'
import { entryKey, workByEntry } from '../../model/step-time/predict.ts'
import { measureSteps, timedWork, workOfCase, type StepsSubject } from './measured-steps.ts'

const columns: BoundColumns = {
  dense: ['a', 'b', 'c'],
  sparse: ['u', 'v', 'w'].map((name) => ({ name, cardinality: 50, multiValued: false })),
}

const subject = (preset: (typeof presetNames)[number], backend: StepsSubject['backend']): StepsSubject => ({
  backend,
  precision: 'fp32',
  document: presetDocument(preset, columns, {}),
  columns,
  indicesPerLookup: 1,
  burstSeconds: 0,
  threads: 1,
  batchSizes: [16],
  optimizers: ['adam'],
})

describe('measured steps', () => {
  it.each(presetNames.flatMap((preset) => [[preset, 'native'] as const, [preset, 'tensorflow'] as const]))(
    'of %s on %s have the profile entries that are predicted for them, and no others',
    async (preset, backend) => {
      const each = subject(preset, backend)
      const [measured] = await measureSteps(each, new AbortController().signal)
      if (!measured) throw new Error('nothing was measured')
      const predicted = [...workByEntry(workOfCase(each, measured)).keys()].filter(
        (entry) => !entry.startsWith('outside'),
      )
      const entries = measured.operations.map(entryKey)
      expect(entries.filter((entry) => !predicted.includes(entry))).toEqual([])
      // TensorFlow is handed the dense features as they are.
      expect(predicted.filter((entry) => !entries.includes(entry))).toEqual(
        backend === 'native' ? [] : expect.not.arrayContaining([expect.stringMatching(/backward|update/)]),
      )
      expect(measured.msPerStep).toBeGreaterThan(0)
      expect(timedWork(each, [measured]).length).toBeGreaterThanOrEqual(entries.length)
    },
  )
})
