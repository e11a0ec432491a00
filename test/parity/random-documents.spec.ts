/** What the check promises about a model is what the engine does with it. */
import { describe, expect, it } from 'vitest'
import { defaultTrainingConfig, type TrainingConfig } from '../../main/contract/training.ts'
import { checkDocument, type ModelCheck } from '../../main/model/check.ts'
import { optimizerBytes, parameterCount } from '../../main/model/costs.ts'
import { nodesById, orderFrom } from '../../main/model/graph.ts'
import { parseDocument } from '../../main/model/parse.ts'
import { compilePlan } from '../../main/model/plan.ts'
import { freeConcatenations } from '../../main/model/step-time/free-concatenations.ts'
import type { Plan } from '../../main/model/plan-types.ts'
import { createBatchTrainer } from '../../main/training/backends/create-backend.ts'
import { nativeAddon, type BatchArrays } from '../../native/index.ts'
import { Draws, randomColumns, randomDocument } from '../helpers/random-documents.ts'

const COUNT = 1000
const ROWS = 4
/** One of this many documents is also run on TensorFlow. */
const TENSORFLOW_EVERY = 50

/** Batches for the plan's inputs: bags of 0, 1 and 2 values in turn. */
function batchFor({ inputs }: Plan, draws: Draws): BatchArrays {
  const offsets = Int32Array.from({ length: ROWS }, (_, row) => row - (row % 3 === 2 ? 1 : 0))
  return {
    size: ROWS,
    dense: Float32Array.from({ length: ROWS * inputs.dense.length }, () => draws.number() - 0.5),
    labels: Float32Array.from({ length: ROWS }, () => Number(draws.chance(0.4))),
    columns: inputs.sparse.map(({ cardinality, multiValued }) => {
      const indices = Int32Array.from({ length: ROWS }, () => draws.int(0, cardinality - 1))
      return multiValued ? { offsets, indices } : { indices }
    }),
  }
}

/** Compares node by node, over the nodes that lead to the loss, and in total. */
function expectPromised(plan: Plan, check: ModelCheck, used: Set<string>): void {
  const widthOf = new Map(plan.operations.map(({ node, output }) => [node, plan.values[output]?.width]))
  const reports = check.nodes.filter(({ id }) => used.has(id))
  for (const { id, kind, output } of reports)
    expect(output?.width, id).toBe(
      kind === 'loss' ? plan.values[plan.loss.prediction]?.width : widthOf.get(id),
    )
  const sum = (of: (report: (typeof reports)[number]) => number | undefined) =>
    reports.reduce((total, report) => total + (of(report) ?? NaN), 0)
  expect(sum(({ parameters }) => parameters ?? undefined)).toBe(parameterCount(plan.parameters))
  const bytes = optimizerBytes(plan.parameters)
  for (const optimizer of ['sgd', 'adagrad', 'rowWiseAdagrad', 'adam'] as const)
    expect(sum((report) => report.bytes?.[optimizer])).toBe(bytes[optimizer])
}

function trainOneStep(plan: Plan, seed: number, backend: TrainingConfig['backend']): void {
  const model = createBatchTrainer(plan, { ...defaultTrainingConfig, threads: 1, backend })
  model.initialize(seed)
  expect(model.parameters().map(({ name, shape }) => ({ name, shape }))).toEqual(
    plan.parameters.map(({ name, shape }) => ({ name, shape })),
  )
  const batch = batchFor(plan, new Draws(seed))
  expect(Number.isFinite(model.trainBatch(batch, 1))).toBe(true)
  const predictions = [...model.predictBatch(batch)]
  expect(predictions).toHaveLength(ROWS)
  expect(predictions.every(Number.isFinite)).toBe(true)
}

/** A value of each type that JSON has. */
const ofEachType: Record<string, unknown> = {
  null: null,
  boolean: true,
  number: 0,
  string: 'text',
  array: [],
  object: {},
}

function jsonType(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

describe('a random document', () => {
  const seeds = Array.from({ length: COUNT }, (_, seed) => seed)

  it(`of ${COUNT} is read back whole, and trains a step with the shapes that its check promised`, () => {
    for (const seed of seeds) {
      const document = randomDocument(seed)
      const says = `seed ${seed}`
      expect(parseDocument(JSON.stringify(document)), says).toEqual({ document, problems: [] })
      const check = checkDocument(document, randomColumns)
      expect(
        check.problems.filter(({ severity }) => severity === 'error'),
        says,
      ).toEqual([])
      const plan = compilePlan(document, randomColumns)
      const losses = document.nodes.filter(({ kind }) => kind === 'loss')
      const used = orderFrom(losses, nodesById(document)).nodes.map(({ id }) => id)
      expectPromised(plan, check, new Set(used))
      trainOneStep(plan, seed, 'native')
    }
  })

  it('becomes operations with the fields that the engine reads, and the engine has no other operation', () => {
    const plans = seeds.map((seed) => compilePlan(randomDocument(seed), randomColumns))
    const sorted = (fields: string[]) => fields.toSorted()
    const ofAll = ['node', 'kind']
    const engine = Object.entries(nativeAddon().operationFields())
    const expected = new Map(engine.map(([kind, fields]) => [kind, sorted([...ofAll, ...fields])]))
    const operations = plans.flatMap((plan) => plan.operations)
    expect(new Set(operations.map(({ kind }) => kind))).toEqual(new Set(expected.keys()))
    for (const operation of operations)
      expect(sorted(Object.keys(operation)), operation.kind).toEqual(expected.get(operation.kind))
    for (const [seed, plan] of plans.entries())
      expect([...freeConcatenations(plan)], `seed ${seed}`).toEqual(
        nativeAddon().freeOperations(JSON.stringify(plan)),
      )
  })

  it('has operations whose fields have the types that the engine reads, which refuses all other types', () => {
    const plans = seeds.map((seed) => compilePlan(randomDocument(seed), randomColumns))
    const fields = plans.flatMap((plan) =>
      plan.operations.flatMap((operation, index) =>
        Object.entries(operation).map(([field, value]) => ({
          plan,
          index,
          field,
          key: `${operation.kind}.${field}`,
          type: jsonType(value),
        })),
      ),
    )
    for (const [key, found] of Map.groupBy(fields, (each) => each.key)) {
      const { plan, index, field } = found[0]!
      const types = new Set(found.map(({ type }) => type))
      for (const [type, value] of Object.entries(ofEachType).filter(([type]) => !types.has(type))) {
        const operations = plan.operations.with(index, { ...plan.operations[index]!, [field]: value })
        const read = () => nativeAddon().freeOperations(JSON.stringify({ ...plan, operations }))
        expect(read, `${key} as ${type}`).toThrow(expect.objectContaining({ code: 'InvalidPlan' }))
      }
    }
  })

  it('trains a step on TensorFlow too', () => {
    for (const seed of seeds.filter((each) => each % TENSORFLOW_EVERY === 0))
      trainOneStep(compilePlan(randomDocument(seed), randomColumns), seed, 'tensorflow')
  })
})
