import { describe, expect, it } from 'vitest'
import type { BoundColumns } from '../document.ts'
import { compilePlan } from '../plan.ts'
import { presetDocument, presetNames } from '../presets/index.ts'
import { measuredByNode, predictStep, workByEntry } from './predict.ts'
import { stepWork } from './step-work.ts'
import type { StepSettings } from './work.ts'

const columns: BoundColumns = {
  dense: ['a', 'b', 'c'],
  sparse: [
    { name: 'small', cardinality: 10, multiValued: false },
    { name: 'large', cardinality: 100_000, multiValued: false },
  ],
}

const settings: StepSettings = {
  backend: 'native',
  batchSize: 128,
  tables: 'adagrad',
  dense: 'adam',
  lookups: [1, 1],
  samples: 1e6,
}

const workOf = (preset: (typeof presetNames)[number], more: Partial<StepSettings> = {}) =>
  stepWork(compilePlan(presetDocument(preset, columns, {}), columns), { ...settings, ...more })

const sumOf = (kind: string, work: ReturnType<typeof workOf>) =>
  work.reduce((sum, { amounts }) => sum + (amounts[kind] ?? 0), 0)

describe('the work of a step', () => {
  it.each(presetNames)('of %s is counted once: lines add up to it', (preset) => {
    const work = workOf(preset)
    for (const [, amounts] of workByEntry(work))
      for (const amount of Object.values(amounts)) expect(Number.isFinite(amount)).toBe(true)
    expect(sumOf('step', work)).toBe(1)
    expect(new Set(work.map(({ name, phase, node }) => `${name} ${phase} ${node}`)).size).toBeGreaterThan(4)
  })

  it('updates every dense parameter once, but those of layers that plain SGD updates in the backward pass', () => {
    const plan = compilePlan(presetDocument('dcn', columns, {}), columns)
    const dense = plan.parameters.filter(({ kind }) => kind === 'dense')
    expect(sumOf('update.adam.parameters', workOf('dcn'))).toBe(dense.length)
    const left = sumOf('update.sgd.parameters', workOf('dcn', { dense: 'sgd' }))
    const layers = plan.operations.filter(({ kind }) => kind === 'linear').length
    expect(left).toBe(dense.length - layers)
    expect(sumOf('update.sgd.parameters', workOf('dcn', { dense: 'sgd', batchSize: 512 }))).toBe(dense.length)
  })

  it('has rows of a large table further away than those of a small one, and no further than the data reaches', () => {
    const far = 'tables.forward.rows@3'
    const byNode = (samples: number) =>
      new Map(
        workOf('dlrm', { samples })
          .filter(({ amounts }) => 'tables.forward.tables' in amounts)
          .map(({ node, amounts }) => [node, amounts[far] ?? 0]),
      )
    const [small, large] = [...byNode(1e6).values()]
    expect(small).toBe(0)
    expect(large).toBeGreaterThan(0)
    expect([...byNode(100).values()]).toEqual([0, 0])
  })

  it('leaves out concatenations that the native engine has for nothing', () => {
    const forward = (backend: StepSettings['backend']) =>
      sumOf('concat.forward', workOf('dcnv2', { backend }))
    expect(forward('native')).toBeLessThan(forward('tensorflow'))
  })
})

describe('the time of a step', () => {
  const work = workOf('dlrm')
  const unitTimes = Object.fromEntries(
    work.flatMap(({ amounts }) => Object.keys(amounts).map((kind) => [kind, 1e-6] as const)),
  )

  it('is the sum over its nodes and what is done for none', () => {
    const { ms, nodes } = predictStep(work, unitTimes)
    const own = [...nodes.values()].reduce((sum, each) => sum + each, 0)
    const shared = predictStep(
      work.filter(({ node }) => node === null),
      unitTimes,
    ).ms
    expect(own + shared).toBeCloseTo(ms, 9)
    expect(nodes.get('bot_l')).toBeGreaterThan(0)
  })

  it('that was measured is attributed to nodes; tables share theirs in proportion to the prediction', () => {
    const measured = measuredByNode(work, unitTimes, [
      { name: 'bot_l.0', phase: 'forward', ms: 2 },
      { name: 'bot_l.0', phase: 'backward', ms: 3 },
      { name: 'tables', phase: 'forward', ms: 4 },
    ])
    expect(measured.get('bot_l')).toBeCloseTo(5, 9)
    const tables = [...measured].filter(([node]) => node.startsWith('emb')).map(([, ms]) => ms)
    expect(tables).toHaveLength(2)
    expect(tables.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(4)
  })
})
