/**
 * The entry point of a rank of a measured MPI job, which mpirun starts: `rank-benchmark LIBRARY REQUEST`. All ranks take
 * the same steps, and rank 0 prints the measurement as a message. The process that started the job keeps the input of
 * rank 0 open for as long as it lives.
 */
import type { BenchmarkReport as Measurement, NativeRanks } from '../../native/index.ts'
import type { BenchmarkProgress } from '../contract/benchmarks.ts'
import { toErrorData } from '../contract/errors.ts'
import { startHeartbeat } from '../distributed/heartbeat.ts'
import { joinJob } from '../distributed/join-job.ts'
import { shareLifeline } from '../distributed/lifeline.ts'
import { messageLine } from '../distributed/lines.ts'
import { defaultShards } from '../distributed/planner/place-tables.ts'
import { thisMember } from '../distributed/rank-messages.ts'
import { compilePlan } from '../model/plan.ts'
import { currentProcess } from '../platform/process-identity.ts'
import { createNativeModel, trainingSettings } from '../training/backends/native/native-backend.ts'
import { benchmarkConfig } from './benchmark-config.ts'
import { writeChromeTrace } from './chrome-trace.ts'
import { engineSteps } from './measured-model.ts'
import { BATCHES, benchmarkPreset } from './presets.ts'
import { measureRoofs } from './roofs.ts'
import { measuredExchange, rankRequest, type RankMessage } from './rank-benchmark.ts'

const WARM_UPS = 5

const self = thisMember(currentProcess())
startHeartbeat(self)

/** Without the process that wants the measurement, the job ends. */
function endWithOwner(ranks: NativeRanks): void {
  process.stdin.once('end', () => ranks.abort(1))
  process.stdin.resume()
}

/** Those of all ranks, in their order, on rank 0; elsewhere none. */
async function gatherMeasurements(ranks: NativeRanks, own: Measurement): Promise<Measurement[]> {
  const texts = await ranks.gather(JSON.stringify(own))
  return (texts as string[]).map((text) => JSON.parse(text) as Measurement)
}

/** A trace is too long for a line of text to the process that started the job. */
function withoutTrace(measurement: Measurement): Measurement {
  const measured = { ...measurement }
  delete measured.trace
  return measured
}

async function run(): Promise<void> {
  const [library = '', text = ''] = process.argv.slice(2)
  const ranks = joinJob(library)
  const write = (message: RankMessage) => process.stdout.write(messageLine(message))
  const begin = (phase: BenchmarkProgress['phase']) => ranks.rank() === 0 && write({ kind: 'phase', phase })
  if (ranks.rank() === 0) endWithOwner(ranks)
  try {
    await shareLifeline(ranks, self.host)
    const request = rankRequest.parse(JSON.parse(text))
    if (request.kind === 'exchanges') {
      const exchanges = measuredExchange.array().parse(JSON.parse(String(await ranks.measureExchanges())))
      if (ranks.rank() === 0) write({ kind: 'exchanges', exchanges })
      await ranks.leave()
      process.exit(0)
    }
    const { batchSize, threads, exchange, seconds, profile, trace } = request
    const preset = benchmarkPreset(request.preset)
    const plan = compilePlan(preset.document, preset.columns)
    const config = benchmarkConfig(request, threads)
    const shards = defaultShards(plan, {
      ranks: ranks.ranks(),
      tables: config.tables.kind,
      dense: config.dense.kind,
      batchSize,
      lookups: plan.inputs.sparse.map(({ multiValued }) => (multiValued ? preset.indicesPerLookup : 1)),
    })
    const model = createNativeModel(plan, config, { ranks, shards, exchange })
    model.initialize(config.seed)
    model.configureTraining(trainingSettings(config))
    begin('measuring the roofs')
    const roofs = ranks.rank() === 0 ? await measureRoofs(threads) : null
    // The others wait here, so that the roofs are those of a machine with nothing else to do.
    await ranks.broadcast('')
    begin('training')
    const measurement = await engineSteps(
      model,
      { ...preset, plan, config, batchSize, batches: BATCHES },
      { seconds, profile, trace: trace !== null, warmUps: WARM_UPS },
    )
    const all = await gatherMeasurements(ranks, measurement)
    if (roofs) {
      if (trace !== null) {
        begin('tracing')
        const traces = all.flatMap((each) => each.trace ?? [])
        await writeChromeTrace(trace, traces, `${request.preset}, batch ${batchSize}, ${exchange}`)
      }
      const measurements = all.map(withoutTrace)
      write({ kind: 'measured', library: ranks.library(), roofs, measurements })
    }
    await ranks.leave()
    process.exit(0)
  } catch (error) {
    write({ kind: 'failed', rank: ranks.rank(), error: toErrorData(error) })
    ranks.abort(1)
  }
}

void run()
