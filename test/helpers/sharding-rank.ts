/**
 * A rank that trains presets in every way of sharding: `sharding-rank LIBRARY FILE DATASET…`. Rank 0 writes the results,
 * `SharedTraining[]` as JSON, to the file. One job trains all, because starting a job takes longer than its steps.
 */
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { nativeAddon, type NativeDataset, type NativeRanks, type TableShard } from '../../native/index.ts'
import { datasetManifest } from '../../main/contract/manifest.ts'
import { defaultTrainingConfig, optimizer, optimizerKind } from '../../main/contract/training.ts'
import { columnsOf } from '../../main/datasets/columns-of.ts'
import { joinJob } from '../../main/distributed/join-job.ts'
import { compilePlan } from '../../main/model/plan.ts'
import type { Plan } from '../../main/model/plan-types.ts'
import { isLookup } from '../../main/model/kinds/embedding-lowering.ts'
import { presetDocument, presetNames } from '../../main/model/presets/index.ts'
import { IN_ORDER } from '../../main/training/backends/backend.ts'
import { NativeBackend } from '../../main/training/backends/native/native-backend.ts'

const STEPS = 200
const RATES = { sgd: 0.1, adagrad: 0.02, rowWiseAdagrad: 0.02, adam: 0.003 }
/** No multiple of eight, so that the leaves of a batch differ. */
const BATCH_SIZE = 100

const ways = ['whole', 'columns', 'rows'] as const
export type Way = (typeof ways)[number]

/** What one rank or several have computed. */
export interface SharedTraining {
  name: string
  way: Way
  optimizer: string
  losses: number[]
  auc: number | null
}

/** Every table on one rank, or its columns or rows divided among as many ranks as it has, in unequal parts. */
function shardsOf(plan: Plan, way: Way, ranks: number): TableShard[] {
  const tables = plan.parameters.filter(({ kind, shape }) => kind === 'table' && shape.length === 2)
  return tables.flatMap(({ name: table, shape: [rows = 0, width = 0] }, index) => {
    const divided = { whole: 1, columns: width, rows }[way]
    const parts = Math.min(ranks, divided)
    // Of the columns or rows that are not one of each part, the first parts have few.
    const edge = (part: number) => part + Math.floor((divided - parts) * (part / parts) ** 2)
    return Array.from({ length: parts }, (_, part): TableShard => {
      const [first, end] = [edge(part), edge(part + 1)]
      const place = { table, rank: (index + part) % ranks, firstColumn: 0, columns: width }
      if (way === 'columns') return { ...place, firstColumn: first, columns: end - first }
      return way === 'rows' && parts > 1 ? { ...place, firstRow: first, rows: end - first } : place
    })
  })
}

async function train(
  plan: Plan,
  dataset: NativeDataset,
  ranks: NativeRanks,
  [kind, way]: [keyof typeof RATES, Way],
): Promise<Pick<SharedTraining, 'losses' | 'auc'>> {
  const both = optimizer(kind, RATES[kind])
  const config = { ...defaultTrainingConfig, threads: 1, tables: both, dense: both }
  const model = new NativeBackend(plan, dataset, config, {
    ranks,
    shards: shardsOf(plan, way, ranks.ranks()),
  })
  model.initialize(1)
  model.configure(config)
  const order = { seed: 1, epoch: 1, startBatch: 0 }
  const training = { ...order, batchSize: BATCH_SIZE, shuffle: true }
  const batches = model.openBatches({ ...training, split: 'train' })
  const losses = [...(await model.trainSteps(batches, new Float64Array(STEPS).fill(1)))]
  batches.close()
  const tests = model.openBatches({ ...IN_ORDER, batchSize: 2048, split: 'test' })
  const { auc } = await model.evaluate(tests, null)
  tests.close()
  return { losses, auc: auc ?? null }
}

const [library = '', file = '', ...datasets] = process.argv.slice(2)
const ranks = joinJob(library)
const results: SharedTraining[] = []
for (const path of datasets) {
  const dataset = nativeAddon().openDataset(path)
  const columns = columnsOf(datasetManifest.parse(JSON.parse(dataset.manifest())))
  for (const preset of presetNames) {
    const plan = compilePlan(presetDocument(preset, columns), columns)
    for (const kind of optimizerKind.options) {
      const hasTables = plan.operations.some(isLookup)
      for (const way of hasTables && ranks.ranks() > 1 ? ways : (['whole'] as const)) {
        // Row-wise Adagrad keeps one number for a whole row.
        if (way === 'columns' && kind === 'rowWiseAdagrad') continue
        const trained = await train(plan, dataset, ranks, [kind, way])
        results.push({ name: `${preset} on ${basename(path)}`, way, optimizer: kind, ...trained })
      }
    }
  }
}
if (ranks.rank() === 0) writeFileSync(file, JSON.stringify(results))
await ranks.leave()
process.exit(0)
