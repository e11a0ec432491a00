import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { ComputingJob, RunDetail } from '../../../main/contract/runs.ts'
import { formatBytes } from '../../../main/contract/quantities.ts'
import { answerOf, startCommand } from '../../helpers/command-line.ts'
import { isRunning, ranksIn, testedMpi, withMpi } from '../../helpers/mpi.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const RANKS = 4
const TABLES = 8
const ROWS = 2_000_000
const DIMENSION = 64
const BYTES = TABLES * ROWS * DIMENSION * 4

/** Four gigabytes are drawn, and written to the checkpoint. */
const LIMIT_MS = 10 * 60_000

/** Beside its tables a rank has Node, MPI, batches and the dense layers. */
const limitOf = (shards: number): number => 1.05 * shards + 150e6

/** A part has all rows of its table unless it says how many. */
const bytesOf = (parts: ComputingJob['placement']): number =>
  parts.reduce((sum, { columns, rows = ROWS }) => sum + 4 * columns * rows, 0)

/** The most memory that a process has had so far, in bytes, or null after its end. */
function peakMemory(pid: number): number | null {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1024
  } catch {
    return null
  }
}

it.runIf(testedMpi.length > 0)(
  'a rank of four has a quarter of 4 GB of tables, and little besides',
  async () => {
    const workspace = await temporaryFolder()
    const data = ['--rows', '20000', '--tables', Array(TABLES).fill(ROWS).join('-')]
    await answerOf(workspace, 'data', 'generate', '--name', 'large', ...data)
    const settings = ['--set', `model.dimension=${DIMENSION}`, '--optimizer', 'sgd', '--epochs', '1']
    const size = ['--ranks', String(RANKS), '--threads', '1', '--batch-size', '512']
    const words = ['train', 'dlrm', '--data', 'large', ...settings, ...size]
    const command = startCommand(workspace, ['--json', ...words], withMpi(testedMpi[0]!))
    await command.says('The ranks train on')
    const pids = ranksIn(command.output())
    const peaks = pids.map(() => 0)
    // A peak never falls, so the last one that is read before the end counts.
    const observe = () => pids.forEach((pid, rank) => (peaks[rank] = peakMemory(pid) ?? peaks[rank]!))
    const isTraining = () => {
      observe()
      return pids.some(isRunning)
    }
    await expect.poll(isTraining, { timeout: LIMIT_MS, interval: 20 }).toBe(false)
    const { run } = JSON.parse((await command.ended).stdout) as { run: string }
    const { status, environment } = await answerOf<RunDetail>(workspace, 'runs', 'show', run)
    expect(status).toBe('completed')
    const placement = environment.computation?.job?.placement ?? []
    expect(bytesOf(placement)).toBe(BYTES)
    for (const [rank, peak] of peaks.entries()) {
      const shards = bytesOf(placement.filter((part) => part.rank === rank))
      console.log(
        `rank ${rank}: ${formatBytes(shards)} of tables, ${formatBytes(peak)} resident at most ` +
          `(limit ${formatBytes(limitOf(shards))})`,
      )
      expect(shards).toBeGreaterThan(BYTES / 8)
      expect(peak).toBeGreaterThan(shards)
      expect(peak).toBeLessThanOrEqual(limitOf(shards))
    }
  },
)
