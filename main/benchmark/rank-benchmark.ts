/** Measures training steps of a standard shape across the ranks of an MPI job, on this machine or on several hosts. */
import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { BenchmarkReport as Measurement } from '../../native/index.ts'
import {
  benchmarkPresetName,
  benchmarkProgress,
  MAX_BENCHMARK_BATCH,
  roofs,
  type BenchmarkProgress,
  type BenchmarkReport,
  type Roofs,
} from '../contract/benchmarks.ts'
import { errorData, StudioError, type ErrorData } from '../contract/errors.ts'
import { rankExchange } from '../contract/rank-exchange.ts'
import { trainingConfig, type RankHost } from '../contract/training.ts'
import { exitText } from '../distributed/broken-job.ts'
import { requireHosts } from '../distributed/check-hosts.ts'
import { messageInLine, readLines } from '../distributed/lines.ts'
import { chooseMpi, findMpi, jobShape } from '../distributed/mpi.ts'
import { aliveMessage, exitedMessage, type Member } from '../distributed/rank-messages.ts'
import { jobCommand } from '../distributed/slurm/job-launcher.ts'
import { compilePlan } from '../model/plan.ts'
import { bundleFile } from '../training/worker-process.ts'
import { operationCategories } from './operation-categories.ts'
import { benchmarkPreset } from './presets.ts'
import { summarizeRanks } from './rank-report.ts'

const MAX_TAIL = 4000
/** After one rank has exited, another one may have something to say within this time. */
const LAST_WORDS_MS = 500
/** The launcher ends its ranks within this time, or they end themselves. */
const LAUNCHER_LIMIT_MS = 2000

/** What every rank measures: the steps of a shape, or exchanges alone. */
export const rankRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exchanges') }),
  z.object({
    kind: z.literal('steps'),
    preset: benchmarkPresetName,
    batchSize: z.int().min(1).max(MAX_BENCHMARK_BATCH),
    backend: trainingConfig.shape.backend,
    precision: trainingConfig.shape.precision,
    /** Of each rank. */
    threads: z.int().min(1),
    exchange: rankExchange,
    seconds: z.number(),
    profile: z.boolean(),
    /** The absolute path of the file to which rank 0 writes a trace of all ranks. */
    trace: z.string().nullable(),
  }),
])
export type RankRequest = z.infer<typeof rankRequest>
type StepsRequest = Extract<RankRequest, { kind: 'steps' }>

/** Median seconds of an exchange of so many values for each rank, or of work on them by one rank. */
export const measuredExchange = z.object({
  kind: z.enum(['allToAll', 'sum', 'copy', 'add']),
  values: z.int(),
  seconds: z.number(),
})
export type MeasuredExchange = z.infer<typeof measuredExchange>

type Phase = BenchmarkProgress['phase']

/** What a rank prints. */
export type RankMessage =
  | { kind: 'phase'; phase: Phase }
  | { kind: 'exchanges'; exchanges: MeasuredExchange[] }
  | { kind: 'measured'; library: string; roofs: Roofs; measurements: Measurement[] }
  | { kind: 'failed'; rank: number; error: ErrorData }

const rankMessage = z.discriminatedUnion('kind', [
  aliveMessage,
  exitedMessage,
  z.object({ kind: z.literal('phase'), phase: benchmarkProgress.shape.phase }),
  z.object({ kind: z.literal('exchanges'), exchanges: z.array(measuredExchange) }),
  z.object({
    kind: z.literal('measured'),
    library: z.string(),
    roofs,
    /** In the order of the ranks, without traces. */
    measurements: z.array(z.custom<Measurement>((value) => typeof value === 'object' && value !== null)),
  }),
  z.object({ kind: z.literal('failed'), rank: z.int(), error: errorData }),
])

export type RankBenchmarkReport = BenchmarkReport & Required<Pick<BenchmarkReport, 'job'>>

export interface RankBenchmarkOptions extends Omit<StepsRequest, 'threads' | 'kind'> {
  ranks: number
  /** Where they run; null means on this machine. */
  hosts: readonly RankHost[] | null
  /** Its folder, which every host has to have. */
  workspace: string
  /** Of each rank; 0 divides a host's cores among its ranks. */
  threads: number
  signal: AbortSignal
  onPhase?: ((phase: Phase) => void) | undefined
}

/**
 * Rejects with NotFound if there is no MPI, with Io or InvalidState if a host cannot take part, with Cancelled once the
 * signal is aborted, with the error of a rank, and with InvalidState if the job ends otherwise.
 */
export async function runRankBenchmark(options: RankBenchmarkOptions): Promise<RankBenchmarkReport> {
  const { ranks, hosts, preset, batchSize, backend, precision, exchange } = options
  const shape = jobShape({ ranks, hosts: hosts && [...hosts], threads: options.threads })
  const { threads } = shape
  const mpi = chooseMpi(await findMpi())
  const program = programOf(mpi)
  if (hosts) await requireHosts(hosts, { workspace: options.workspace, dataset: null, program })
  const trace = options.trace === null ? null : resolve(options.trace)
  const request = rankRequest.parse({ ...options, threads, trace, kind: 'steps' })
  const message = await measuredBy(mpi, shape, request, options)
  if (message.kind !== 'measured') throw withoutMeasurement('')
  const { library, roofs: found, measurements } = message
  const { document, columns } = benchmarkPreset(preset)
  const categoryOf = operationCategories(compilePlan(document, columns))
  const { job, ...measured } = summarizeRanks(measurements, { batchSize, roofs: found, categoryOf })
  return {
    preset,
    backend,
    precision,
    threads,
    batchSize,
    ...measured,
    job: { ranks, exchange, mpi: library, ...job },
  }
}

/** Settings with which the ranks of a host exchange as those of two hosts do, over TCP, but without a network. */
const OVER_TCP = {
  OMPI_MCA_pml: 'ob1',
  OMPI_MCA_btl: 'self,tcp',
  OMPI_MCA_btl_tcp_if_include: 'lo',
  UCX_TLS: 'self,tcp',
}

/** Exchanges between this many ranks on this machine. Rejects as `runRankBenchmark`. */
export async function runExchangeBenchmark(
  ranks: number,
  { signal, overTcp }: { signal: AbortSignal; overTcp: boolean },
): Promise<MeasuredExchange[]> {
  const shape = jobShape({ ranks, hosts: null, threads: 1 })
  const environment = overTcp ? OVER_TCP : {}
  const mpi = chooseMpi(await findMpi())
  const message = await measuredBy(mpi, shape, { kind: 'exchanges' }, { signal, environment })
  if (message.kind !== 'exchanges') throw withoutMeasurement('')
  return message.exchanges
}

type LastMessage = Exclude<RankMessage, { kind: 'phase' }>
type Received = z.infer<typeof rankMessage>
type Mpi = ReturnType<typeof chooseMpi>

const programOf = ({ library }: Mpi) => [process.execPath, bundleFile('rank-benchmark'), library]

const withoutMeasurement = (tail: string) =>
  new StudioError('InvalidState', `The MPI job ended without a measurement. Its last output: ${tail.trim()}`)

/** What rank 0 has measured. Rejects with the error of a rank. */
function measuredBy(
  mpi: Mpi,
  shape: ReturnType<typeof jobShape>,
  request: RankRequest,
  {
    signal,
    onPhase,
    environment,
  }: Pick<RankBenchmarkOptions, 'signal' | 'onPhase'> & { environment?: Record<string, string> },
): Promise<Exclude<LastMessage, { kind: 'failed' }>> {
  const { command, args } = jobCommand(mpi, shape, [...programOf(mpi), JSON.stringify(request)])
  return new Promise((done, reject) => {
    // Its input stays open for as long as this process lives, which is how rank 0 knows that it does.
    const launcher = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...environment } })
    const members = new Map<number, Member>()
    let message: LastMessage | null = null
    let exited: string | null = null
    let tail = ''
    const stop = () => void endLauncher(launcher)
    signal.addEventListener('abort', stop)
    const take = (received: Received): void => {
      if (received.kind === 'alive') members.set(received.member.rank, received.member)
      else if (received.kind === 'phase') onPhase?.(received.phase)
      else if (received.kind !== 'exited') message ??= received
      else if (exited === null) {
        const member = members.get(received.rank)
        exited = member ? exitText(member, received.status) : `Rank ${received.rank} exited.`
        // The others may wait for it without an end.
        setTimeout(stop, LAST_WORDS_MS)
      }
    }
    const read = (line: string): void => {
      const raw = messageInLine(line)
      const { data } = rankMessage.safeParse(raw)
      if (data) take(data)
      else if (raw === undefined) tail = `${tail}${line}\n`.slice(-MAX_TAIL)
    }
    readLines(launcher.stdout, read)
    readLines(launcher.stderr, read)
    launcher.stdin.on('error', () => undefined)
    launcher.once('error', reject)
    launcher.once('close', () => {
      signal.removeEventListener('abort', stop)
      if (message && message.kind !== 'failed') return done(message)
      if (signal.aborted) return reject(new StudioError('Cancelled', 'The benchmark was stopped.'))
      if (message)
        return reject(new StudioError(message.error.code, `Rank ${message.rank}: ${message.error.message}`))
      reject(exited === null ? withoutMeasurement(tail) : new StudioError('InvalidState', exited))
    })
  })
}

async function endLauncher(launcher: ChildProcess): Promise<void> {
  launcher.kill('SIGTERM')
  await delay(LAUNCHER_LIMIT_MS, undefined, { ref: false })
  launcher.kill('SIGKILL')
}
