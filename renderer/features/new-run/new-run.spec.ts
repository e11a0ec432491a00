import { describe, expect, it } from 'vitest'
import type { DatasetManifest } from '../../../main/contract/manifest.ts'
import type { SavedModel } from '../../../main/contract/models.ts'
import {
  defaultTrainingConfig,
  optimizer,
  trainingConfig,
  withKind,
  type TrainingConfig,
} from '../../../main/contract/training.ts'
import type { BoundColumns } from '../../../main/model/document.ts'
import { settingAt } from '../../../main/model/assign-setting.ts'
import { compilePlan } from '../../../main/model/plan.ts'
import { presetDocument } from '../../../main/model/presets/index.ts'
import { parseNumber } from '../../platform/number-text.ts'
import { chosenDocument, COPIED, modelOptions } from './model-choice.ts'
import { runCost } from './run-cost.ts'
import { configProblems, settingOf, startRequest } from './run-form.ts'
import {
  basicFields,
  onPlace,
  optimizerFields,
  rateFields,
  recordFields,
  scheduleFields,
  stepFields,
  stoppingFields,
  withSetting,
} from './shared/training-fields.ts'

const columns: BoundColumns = {
  dense: ['age'],
  sparse: [{ name: 'user', cardinality: 100, multiValued: false }],
}
const config = (changes: Partial<TrainingConfig> = {}): TrainingConfig => ({
  ...structuredClone(defaultTrainingConfig),
  ...changes,
})

describe('the fields of the form', () => {
  const numbers = [
    ...[...basicFields, ...scheduleFields, ...stepFields, ...recordFields],
    ...(['tables', 'dense'] as const).flatMap((owner) => [
      ...rateFields(owner),
      ...optimizerFields(owner, 'adam'),
    ]),
    ...stoppingFields(true, true),
  ].flatMap((field) => (field.control === 'number' ? [{ path: field.path, limits: field.limits ?? {} }] : []))
  const valueAt = (of: TrainingConfig, path: string) => settingAt(of, path.split('.'))

  it.each(numbers)('$path takes its default and what its limits allow', ({ path, limits }) => {
    const initial = config({ earlyStopping: { patience: 3 } })
    const before = valueAt(initial, path)
    expect(parseNumber(String(before), limits)).toEqual({ value: before })
    for (const limit of [limits.minimum, limits.maximum]) {
      if (limit === undefined) continue
      const changed = withSetting(initial, path, limit)
      expect(valueAt(changed, path)).toBe(limit)
      expect(trainingConfig.safeParse(changed).error?.issues).toBeUndefined()
    }
  })

  it('changes with a setting what depends on it', () => {
    const onGpu = withSetting(config({ backend: 'tensorflow', device: 'gpu' }), 'backend', 'native')
    expect(onGpu.device).toBe('auto')
    expect(withSetting(config({ ranks: 2 }), 'backend', 'tensorflow').ranks).toBeNull()
    const scattering = config({ ranks: 2, exchange: 'scatter' })
    expect({ ...scattering, ...onPlace({ ranks: null, hosts: null }, scattering) }).toEqual(config())
    expect(onPlace({ ranks: 3, hosts: null }, scattering)).toMatchObject({ ranks: 3, exchange: 'scatter' })
    expect(withSetting(config(), 'tables.kind', 'sgd').tables).toEqual(
      withKind(config().tables, 'sgd', 'tables'),
    )
    expect(withSetting(config(), 'stopsEarly', true).earlyStopping).toEqual({ patience: 3 })
    expect(withSetting(config(), 'stopsEarly', false).earlyStopping).toBeNull()
  })
})

describe('withKind', () => {
  it('moves a suggested rate to the one suggested for the new optimizer, with its own epsilon', () => {
    expect(withKind(defaultTrainingConfig.tables, 'sgd', 'tables')).toEqual(optimizer('sgd', 0.1))
    expect(withKind(optimizer('sgd', 0.1), 'rowWiseAdagrad', 'tables')).toMatchObject({ epsilon: 1e-10 })
  })

  it('keeps a rate and an L2 that the user chose', () => {
    const chosen = { ...optimizer('adam', 0.0123), l2: 0.5 }
    expect(withKind(chosen, 'adagrad', 'dense')).toMatchObject({
      kind: 'adagrad',
      learningRate: 0.0123,
      l2: 0.5,
    })
  })
})

describe('configProblems', () => {
  it('finds nothing wrong with the defaults', () => {
    expect(configProblems(config())).toEqual({})
  })

  it('reports a schedule that cannot be followed on the field to change', () => {
    const schedule = { warmupSteps: 10, decayStartStep: 5, decaySteps: 100 }
    expect(configProblems(config({ schedule }))).toEqual({
      'schedule.decayStartStep': expect.stringContaining('inside the warm-up of 10 steps'),
    })
  })

  it('reports what the schema refuses on its field', () => {
    expect(Object.keys(configProblems(config({ epochs: 0 })))).toEqual(['epochs'])
  })
})

describe('settingOf', () => {
  it('finds the setting an answer is about', () => {
    const about = (field?: string) =>
      settingOf({ code: 'InvalidArgument', message: 'no', ...(field !== undefined && { field }) })
    expect(about('schedule.decayStartStep')).toBe('schedule.decayStartStep')
    expect(about('config.epochs')).toBe('epochs')
    expect(about('dataset')).toBeNull()
    expect(about()).toBeNull()
  })
})

describe('startRequest', () => {
  it('leaves an empty name to the engine', () => {
    const model = presetDocument('dlrm', columns)
    expect(startRequest('  ', 'clicks', model, null, config())).not.toHaveProperty('name')
    expect(startRequest(' a ', 'clicks', model, 'm-1', config())).toMatchObject({
      name: 'a',
      dataset: 'clicks',
      modelId: 'm-1',
    })
  })
})

describe('runCost', () => {
  const plan = compilePlan(presetDocument('logistic-regression', columns), columns)
  const manifest = { splits: { train: { rows: 1001 } } } as DatasetManifest

  it('counts the optimizer state of tables and dense layers', () => {
    // One weight for each of 100 values, one for the dense feature, and a bias.
    const cost = runCost(
      plan,
      manifest,
      config({ tables: optimizer('rowWiseAdagrad', 1), dense: optimizer('adam', 1) }),
    )
    expect(cost.parameters).toBe(102)
    expect(cost.memory.model).toBe(4 * (100 + 100) + 4 * 2 * 3)
    expect(cost.checkpointBytes).toBe(2 * cost.memory.model)
    expect(cost.memory).toEqual(cost.memoryOf.native)
    expect(cost.memoryOf.tensorflow.total).toBeGreaterThan(cost.memory.total + 400e6)
  })

  it('counts the last, short batch as a step', () => {
    expect(runCost(plan, manifest, config({ batchSize: 100, epochs: 3 }))).toMatchObject({
      stepsPerEpoch: 11,
      totalSteps: 33,
    })
  })
})

describe('the models on offer', () => {
  const saved: SavedModel = {
    id: 'm1',
    name: 'Mine',
    updatedAt: '2026-01-01T00:00:00Z',
    document: presetDocument('fm', columns),
  }

  it('are saved ones before presets, each leading to its document', () => {
    const options = modelOptions([saved], null)
    expect(options[0]).toEqual({ value: 'm1', text: 'Mine', group: 'Saved models' })
    for (const { value } of options)
      expect(chosenDocument(value, columns, [saved], null)?.nodes.length).toBeGreaterThan(0)
  })

  it('are none for an id that is gone or a run that was not copied', () => {
    expect(chosenDocument('gone', columns, [saved], null)).toBeNull()
    expect(chosenDocument(COPIED, columns, [saved], null)).toBeNull()
  })
})
