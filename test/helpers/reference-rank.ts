/**
 * A rank that trains a command line of dlrm_s_pytorch.py: `reference-rank LIBRARY CHECKPOINT FLAGS…`. Each rank draws all
 * batches, as in a job whose hosts all have the data. Rank 0 prints the losses, and the ranks save their parameters together.
 */
import type { NativeModel } from '../../native/index.ts'
import { joinJob } from '../../main/distributed/join-job.ts'
import { messageLine } from '../../main/distributed/lines.ts'
import { defaultShards } from '../../main/distributed/planner/place-tables.ts'
import { parseDlrmArguments } from '../../main/model/dlrm-arguments.ts'
import { createNativeModel, trainingSettings } from '../../main/training/backends/native/native-backend.ts'
import { trainReferenceCommand } from '../../main/training/reference-command.ts'

const [library = '', checkpoint = '', ...flags] = process.argv.slice(2)
const ranks = joinJob(library)
const command = parseDlrmArguments(flags)
let model: NativeModel | null = null
const printed = [
  ...trainReferenceCommand(command, null, (plan, config) => {
    const { batchSize, indicesPerLookup } = command.data
    const shards = defaultShards(plan, {
      ranks: ranks.ranks(),
      tables: config.tables.kind,
      dense: config.dense.kind,
      batchSize,
      lookups: plan.inputs.sparse.map(() => indicesPerLookup),
    })
    model = createNativeModel(plan, { ...config, threads: 1 }, { ranks, shards })
    model.configureTraining(trainingSettings(config))
    return model
  }),
]
await (model as NativeModel | null)?.save(checkpoint, '{}', false)
if (ranks.rank() === 0) process.stdout.write(messageLine({ losses: printed.map(({ loss }) => loss) }))
await ranks.leave()
process.exit(0)
