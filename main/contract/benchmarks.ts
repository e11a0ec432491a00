/** Benchmarks: requests, progress, results, and how results are stored and exchanged. */
import { z } from 'zod'
import { DISTURBED_SHARE } from './calibration.ts'
import { errorData } from './errors.ts'
import { machineFacts } from './machine.ts'
import { operationReport } from './operations.ts'
import { computation } from './runs.ts'
import { exchangeTime } from './cluster.ts'
import { defaultTrainingConfig, MAX_RANKS, trainingConfig } from './training.ts'

export const benchmarkPresetName = z.enum(['kaggle', 'paper-profile', 'small-memory', 'dcnv2'])
export type BenchmarkPresetName = z.infer<typeof benchmarkPresetName>

export const MAX_BENCHMARK_BATCH = 2 ** 20
/** The maximum number of results in a comparison. */
export const MAX_SHOWN_BENCHMARKS = 20

/** The settings on which a benchmark's memory depends. */
export const benchmarkShape = z.strictObject({
  preset: benchmarkPresetName,
  batchSize: z.int().min(1).max(MAX_BENCHMARK_BATCH),
  precision: trainingConfig.shape.precision,
  backend: trainingConfig.shape.backend,
  /** How many processes of an MPI job on this machine take the steps together; null means one process without MPI. */
  ranks: trainingConfig.shape.ranks,
})
export type BenchmarkShape = z.infer<typeof benchmarkShape>

export const benchmarkRequest = benchmarkShape.extend({
  /** 0 means all cores. Of each rank, 0 means its share of the cores. */
  threads: trainingConfig.shape.threads,
  exchange: trainingConfig.shape.exchange,
  /** The file to which a trace of further steps is written. An existing file is replaced. */
  trace: z.string().min(1).max(4096).nullable(),
})
export type BenchmarkRequest = z.infer<typeof benchmarkRequest>

/** What is measured where nothing is chosen. The batch size is that of the preset. */
export const defaultBenchmark = {
  preset: 'kaggle',
  threads: 0,
  backend: 'native',
  precision: 'fp32',
  ranks: null,
  exchange: defaultTrainingConfig.exchange,
} as const satisfies Partial<BenchmarkRequest>

const amount = z.number().min(0)

export const roofs = z.object({ gflops: amount, gbPerSecond: amount })
export type Roofs = z.infer<typeof roofs>

/** What the exchanges of one kind take in a step of a rank. */
export const exchangeShare = exchangeTime.extend({
  /** How many there are in a step. */
  count: amount,
  /** The share of the time that is hidden behind computation. */
  hiddenShare: z.number().min(0).max(1),
  /** The achieved bandwidth. */
  gbPerSecond: amount,
})
export type ExchangeShare = z.infer<typeof exchangeShare>

/** What a rank has measured. */
export const rankReport = z.object({
  rank: z.int().min(0),
  /** The time of an iteration for which its computation waits for exchanges. */
  waitedMs: amount,
  exchanges: z.array(exchangeShare).max(10),
  overheadMs: amount,
  operations: z.array(operationReport).max(2000),
})
export type RankReport = z.infer<typeof rankReport>

/** The MPI job of a benchmark with ranks. */
export const measuredJob = z.object({
  ranks: z.int().min(1).max(MAX_RANKS),
  exchange: trainingConfig.shape.exchange,
  /** The name and version of the MPI implementation. */
  mpi: z.string().max(300),
  /** The rank that waits least: the others wait for it. The report's times and operations are this rank's. */
  slowest: z.int().min(0),
  /** The share of the exchanges' time, on all ranks, that is hidden behind computation. */
  hiddenShare: z.number().min(0).max(1),
})

/** With the field names on which scripts rely. */
export const benchmarkReport = z.object({
  /** A name of benchmarkPresetName, or one of another version. */
  preset: z.string().min(1).max(100),
  backend: trainingConfig.shape.backend,
  /** The device of the dense layers; the CPU if absent. */
  device: computation.shape.device.optional(),
  precision: trainingConfig.shape.precision,
  threads: z.int().min(1).max(4096),
  batchSize: z.int().min(1).max(MAX_BENCHMARK_BATCH),
  /** The median. */
  msPerIteration: z.number().positive(),
  msPerIterationBest: z.number().positive(),
  samplesPerSecond: z.number().positive(),
  /** What this machine reached in the same run: a large matrix product, and reading memory. */
  roofs,
  /** The mean time of an iteration outside all operations. */
  overheadMs: amount,
  operations: z.array(operationReport).max(2000),
  /** The share of all cores' time that other programs used before and after; absent if it was not measured. */
  othersShare: z.number().min(0).max(1).optional(),
  /** Absent for a benchmark in one process. */
  job: measuredJob.extend({ byRank: z.array(rankReport).max(MAX_RANKS) }).optional(),
})
export type BenchmarkReport = z.infer<typeof benchmarkReport>

/** From this ratio of median to best time a note is shown. On an idle machine it is 1.02 to 1.2. */
const DISTURBED_SPREAD = 1.5

/** A note about a benchmark that other programs disturbed, or null if none did. */
export function benchmarkDisturbance({
  msPerIteration,
  msPerIterationBest,
  othersShare,
}: Pick<BenchmarkReport, 'msPerIteration' | 'msPerIterationBest' | 'othersShare'>): string | null {
  const spread = msPerIteration / msPerIterationBest
  const busy = (othersShare ?? 0) >= DISTURBED_SHARE
  if (!busy && spread < DISTURBED_SPREAD) return null
  const findings = [
    ...(busy ? [`other programs used ${Math.round(100 * (othersShare ?? 0))} % of the processors`] : []),
    ...(spread >= DISTURBED_SPREAD ? [`the median is ${spread.toFixed(1)} times the best iteration`] : []),
  ].join(', and ')
  return `This machine was busy: ${findings}. Measure again when it is idle.`
}

/** A result in a file, which carries it from one machine to another. */
const portableResult = z.object({
  /** The time of the measurement. */
  createdAt: z.iso.datetime(),
  machine: machineFacts,
  report: benchmarkReport,
})

export const benchmarkResult = portableResult.extend({
  id: z.string(),
  origin: z.enum(['window', 'cli', 'imported']),
})
export type BenchmarkResult = z.infer<typeof benchmarkResult>

/** A result without operations, which is one row of the list. */
export const benchmarkSummary = benchmarkResult.extend({
  report: benchmarkReport.omit({ operations: true }).extend({ job: measuredJob.optional() }),
})
export type BenchmarkSummary = z.infer<typeof benchmarkSummary>

export const BENCHMARK_FILE_FORMAT = 'dlrm-studio-benchmarks'

export const benchmarkFile = z.object({
  format: z.literal(BENCHMARK_FILE_FORMAT),
  version: z.literal(1),
  results: z.array(portableResult).min(1).max(1000),
})
export type BenchmarkFile = z.infer<typeof benchmarkFile>

export const benchmarkProgress = z.object({
  /** The number of the benchmark in this session. */
  benchmark: z.int(),
  request: benchmarkRequest,
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  phase: z.enum(['preparing', 'measuring the roofs', 'training', 'tracing', 'done']),
  /** 0 to 1. */
  fraction: z.number(),
  /** The stored result when the benchmark is done. */
  result: z.string().nullable(),
  error: errorData.nullable(),
})
export type BenchmarkProgress = z.infer<typeof benchmarkProgress>

/** The presets, backends and settings that can be chosen. */
export const benchmarkOptions = z.object({
  presets: z.array(z.object({ name: benchmarkPresetName, summary: z.string(), batchSize: z.int() })),
  precisions: z.array(trainingConfig.shape.precision),
  backends: z.array(trainingConfig.shape.backend),
})
export type BenchmarkOptions = z.infer<typeof benchmarkOptions>

export const memoryNeed = z.object({ neededBytes: z.number(), availableBytes: z.number() })
export type MemoryNeed = z.infer<typeof memoryNeed>
