/**
 * A rank with large tables and their Adam state that writes a checkpoint: `saving-rank LIBRARY CHECKPOINT ROWS`. Each rank
 * prints what it has of the model, and its resident memory before and at most during the writing, in bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { optimizer } from '../../main/contract/training.ts'
import { randomBatches } from '../../main/datasets/random-reference/random-batches.ts'
import { joinJob } from '../../main/distributed/join-job.ts'
import { messageLine } from '../../main/distributed/lines.ts'
import { defaultShards } from '../../main/distributed/planner/place-tables.ts'
import { parseDlrmArguments } from '../../main/model/dlrm-arguments.ts'
import { compilePlan } from '../../main/model/plan.ts'
import { createNativeModel, trainingSettings } from '../../main/training/backends/native/native-backend.ts'
import { referenceConfig } from '../../main/training/reference-config.ts'

const resident = (field: 'VmRSS' | 'VmHWM'): number =>
  1024 * Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

const [library = '', checkpoint = '', rows = ''] = process.argv.slice(2)
const ranks = joinJob(library)
const { document, columns, training, data } = parseDlrmArguments([
  ...['--arch-sparse-feature-size=16', `--arch-embedding-size=${rows}-${rows}-${rows}-${rows}`],
  ...['--arch-mlp-bot=4-16', '--arch-mlp-top=8-1', '--mini-batch-size=256', '--num-batches=1'],
])
const plan = compilePlan(document, columns)
const adam = optimizer('adam', 0.001)
const config = { ...referenceConfig(training), tables: adam, dense: adam, threads: 1 }
const shards = defaultShards(plan, {
  ranks: ranks.ranks(),
  tables: 'adam',
  dense: 'adam',
  batchSize: data.batchSize,
  lookups: plan.inputs.sparse.map(() => data.indicesPerLookup),
})
const model = createNativeModel(plan, config, { ranks, shards })
model.configureTraining(trainingSettings(config))
model.initialize(1)
const tableRows = columns.sparse.map(({ cardinality }) => cardinality)
for (const batch of randomBatches(data, { denseColumns: columns.dense.length, tableRows }))
  model.trainBatch(batch, 1)
await ranks.gather('')
// From here on the high-water mark is that of the writing.
writeFileSync('/proc/self/clear_refs', '5')
const before = resident('VmRSS')
await model.save(checkpoint, '{}', true)
const bytes = shards
  .filter(({ rank }) => rank === ranks.rank())
  .reduce((sum, shard) => sum + 12 * Number(rows) * shard.columns, 0)
process.stdout.write(messageLine({ rank: ranks.rank(), bytes, before, most: resident('VmHWM') }))
await ranks.leave()
process.exit(0)
