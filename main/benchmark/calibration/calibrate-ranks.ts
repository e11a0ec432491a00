/** Measures how fast ranks compute and exchange on this machine when all of its cores are busy. */
import { availableParallelism } from 'node:os'
import type { StudioDatabase, StudioReader } from '../../../db/index.ts'
import {
  rankCalibration,
  type ExchangeCosts,
  type JobSlowdown,
  type RankCalibration,
} from '../../contract/rank-calibration.ts'
import type { TrainingConfig } from '../../contract/training.ts'
import type { KnownMachine } from '../../distributed/rehearsal/machine.ts'
import { rehearse } from '../../distributed/rehearsal/rehearse.ts'
import { maximumOf } from '../../model/extremes.ts'
import { meanLookups } from '../../model/mean-lookups.ts'
import { compilePlan } from '../../model/plan.ts'
import { fitUnitTimes } from '../../model/step-time/fit.ts'
import { currentMachine } from '../../training/environment.ts'
import { runExchangeBenchmark, runRankBenchmark, type MeasuredExchange } from '../rank-benchmark.ts'
import { defaultHost } from '../rehearsal/default-host.ts'
import { rehearsalShape } from '../rehearsal/shapes.ts'
import { measureRoofs } from '../roofs.ts'
import { measureModels, requireCalibration } from './calibrate.ts'
import { othersShare } from './others-share.ts'
import { isOfThisMachine } from './stored-calibrations.ts'

type Precision = TrainingConfig['precision']

const keyOf = (precision: Precision) => `calibration ranks ${precision}`

/** Sums of at most this many values have one round, and others two, where there are two ranks. */
const SMALL_SUM = 4096
const EXCHANGING_RANKS = 2
/** Jobs by which rehearsals are corrected. More ranks than cores are measured as well. */
const MOST_RANKS = 4
const JOB_PRESET = 'kaggle'
const JOB_BATCH = 2048
const JOB_SECONDS = 3
/** The models take most of the time, and the jobs the rest. */
const FRACTION_OF_MODELS = 0.85
const FLOAT_BYTES = 4

/**
 * Runs short MPI jobs, and the calibration models in a process on each core: one to two minutes. Rejects as `calibrate`, and
 * with NotFound if there is no MPI.
 */
export async function calibrateRanks(
  precision: Precision,
  { signal, onFraction }: { signal: AbortSignal; onFraction: (fraction: number) => void },
): Promise<Omit<RankCalibration, 'measuredAt' | 'machine'>> {
  const subject = { backend: 'native', precision } as const
  requireCalibration(subject)
  const cores = availableParallelism()
  const exchanging = async (overTcp: boolean) =>
    exchangeCostsOf(await runExchangeBenchmark(EXCHANGING_RANKS, { signal, overTcp }))
  const exchanges = await exchanging(false)
  const { messageSeconds, byteSeconds } = await exchanging(true)
  const roofs = await measureRoofs(cores)
  const shareBefore = await othersShare()
  const { timed } = await measureModels(
    subject,
    { threads: 1, processes: cores },
    { signal, onFraction: (fraction) => onFraction(FRACTION_OF_MODELS * fraction) },
  )
  const tcp = { messageSeconds, byteSeconds }
  const parts = { cores, roofs, exchanges, tcp, oneThread: fitUnitTimes(timed) }
  const slowdown = await measureSlowdown(parts, precision, signal)
  onFraction(1)
  return { precision, ...parts, slowdown, othersShare: shareBefore }
}

/** How much longer real jobs take than those rehearsed from the parts alone. */
async function measureSlowdown(
  parts: Omit<KnownMachine, 'slowdown'>,
  precision: Precision,
  signal: AbortSignal,
): Promise<JobSlowdown> {
  const { document, columns, samples } = rehearsalShape(JOB_PRESET)
  const plan = compilePlan(document, columns)
  const workload = { plan, lookups: meanLookups(plan, columns), samples }
  const known = { ...parts, slowdown: { full: 1, crowded: 1 } }
  const { cores } = parts
  const fullRanks = Math.max(2, Math.min(MOST_RANKS, cores))
  const threads = Math.max(1, Math.floor(cores / fullRanks))
  const slowdownWith = async (ranks: number): Promise<number> => {
    const { msPerIteration } = await runRankBenchmark({
      ranks,
      threads,
      preset: JOB_PRESET,
      batchSize: JOB_BATCH,
      backend: 'native',
      precision,
      exchange: 'all-to-all',
      seconds: JOB_SECONDS,
      profile: false,
      trace: null,
      hosts: null,
      workspace: '',
      signal,
    })
    const { strong } = rehearse(
      workload,
      {
        ranks: [ranks],
        host: { ...defaultHost(), ranksPerHost: ranks, threads },
        strongBatchSize: JOB_BATCH,
        weakBatchSize: JOB_BATCH,
        exchange: 'all-to-all',
        optimizer: 'sgd',
        precision,
      },
      known,
    )
    return Math.max(1, msPerIteration / (strong[0]?.stepMs ?? msPerIteration))
  }
  return { full: await slowdownWith(fullRanks), crowded: await slowdownWith(2 * fullRanks) }
}

/** The costs that explain measurements between two ranks of a host. */
export function exchangeCostsOf(measured: readonly MeasuredExchange[]): ExchangeCosts {
  const secondsOf = (wanted: MeasuredExchange['kind'], values: number) =>
    measured.find((each) => each.kind === wanted && each.values === values)?.seconds ?? 0
  const perValue = (wanted: MeasuredExchange['kind']) => {
    const alone = measured.find(({ kind }) => kind === wanted)
    return alone ? alone.seconds / alone.values : 0
  }
  const add = perValue('add')
  const sums = measured.filter(({ kind }) => kind === 'sum').map(({ values }) => values)
  // Of two rounds, each takes a message more than one round.
  const small = secondsOf('sum', 1)
  const [large] = sums.filter((values) => values > SMALL_SUM).sort((one, other) => one - other)
  const most = maximumOf(sums)
  const byteSeconds = [
    slope(
      measured.filter(({ kind, values }) => kind === 'allToAll' && values > SMALL_SUM),
      FLOAT_BYTES,
    ),
    // Half of the values go each way, and half are added.
    (secondsOf('sum', most) - secondsOf('sum', large ?? 1)) / (most - (large ?? 1)) / FLOAT_BYTES -
      add / 2 / FLOAT_BYTES,
  ]
  const perByte = Math.max(0, byteSeconds.reduce((sum, each) => sum + each, 0) / byteSeconds.length)
  const second = secondsOf('sum', large ?? 1) - small - (large ?? 1) * (FLOAT_BYTES * perByte + add / 2)
  const messageSeconds = Math.min(small / 2, Math.max(small / 10, second))
  return {
    callSeconds: Math.max(0, small - messageSeconds),
    messageSeconds,
    byteSeconds: perByte,
    addSeconds: add,
    copySeconds: perValue('copy') / FLOAT_BYTES,
  }
}

/** Seconds for a byte, from the smallest to the largest of these exchanges. */
function slope(measured: readonly MeasuredExchange[], bytes: number): number {
  const sorted = measured.toSorted((one, other) => one.values - other.values)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (!first || !last || first === last) return 0
  return (last.seconds - first.seconds) / (last.values - first.values) / bytes
}

/** Stores what this machine has just measured and replaces its previous measurement. */
export function saveRankCalibration(
  { preferences }: StudioDatabase,
  measured: Omit<RankCalibration, 'measuredAt' | 'machine'>,
): RankCalibration {
  const saved = { ...measured, measuredAt: new Date().toISOString(), machine: currentMachine() }
  preferences.set(keyOf(measured.precision), saved)
  return saved
}

/** That of this machine and this version of the engine, or null. */
export function storedRankCalibration(
  { preferences }: StudioReader,
  precision: Precision,
): RankCalibration | null {
  const stored = rankCalibration.safeParse(preferences.get(keyOf(precision))).data
  return stored && isOfThisMachine(stored) ? stored : null
}
