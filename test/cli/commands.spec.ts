import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { saveBenchmark } from '../../main/benchmark/results.ts'
import { commands } from '../../main/cli/commands/index.ts'
import type { BenchmarkReport, BenchmarkSummary } from '../../main/contract/benchmarks.ts'
import type { ImportOutcome } from '../../main/contract/datasets.ts'
import { rehearsal } from '../../main/contract/rehearsal.ts'
import type { VerificationReport } from '../../main/training/verify.ts'
import { answerOf, runCommand, runForJson, type Failure } from '../helpers/command-line.ts'
import { sampleReport } from '../helpers/sample-report.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const GOLDEN = 'test/fixtures/reference/golden'
const DLRM_FLAGS = ['--mini-batch-size=2', '--data-size=6', '--print-freq=3']

describe('the command', { timeout: 60_000 }, () => {
  it('sample makes synthetic clicks by size and seed', async () => {
    const workspace = await temporaryFolder()
    const words = ['sample', 'criteo-synthetic', '--rows', '1000', '--seed', '3']
    const outcome = await answerOf<ImportOutcome>(workspace, ...words)
    expect(outcome).toMatchObject({ dataset: 'criteo-synthetic', rows: 1000 })
  })

  it('verify replays the reference cases', async () => {
    const report = await answerOf<VerificationReport>(await temporaryFolder(), 'verify', GOLDEN)
    expect(report).toMatchObject({ passed: 12, failed: 0, skipped: 0 })
  })

  it('dlrm prints the reference’s lines, or the losses alone', async () => {
    const workspace = await temporaryFolder()
    const answer = await runCommand(workspace, 'dlrm', '--', ...DLRM_FLAGS)
    expect(answer.stdout).toMatch(
      /^Finished training it 3\/3 of epoch 0, \d+\.\d\d ms\/it, loss 0\.09633\d$/m,
    )
    expect(answer.stdout).toContain('Trained 1 epoch of 6 rows')
    const { losses } = await answerOf<{ losses: number[] }>(workspace, 'dlrm', '--', ...DLRM_FLAGS)
    expect(losses).toEqual([expect.closeTo(0.096333, 5)])
  })

  it('doctor reports what is there and what to do about what is missing', async () => {
    const answer = await runForJson<{ checks: { name: string; ok: boolean; remedy?: string }[] }>(
      await temporaryFolder(),
      'doctor',
    )
    const { checks } = answer.json
    expect(checks.length).toBeGreaterThan(4)
    expect(answer.status).toBe(checks.every(({ ok }) => ok) ? 0 : 1)
    for (const { name, ok, remedy } of checks) if (!ok) expect(remedy, name).toMatch(/\w/)
  })

  it('doctor --report writes a problem report without the names of the user and the workspace', async () => {
    const workspace = await temporaryFolder()
    const file = join(await temporaryFolder(), 'report.txt')
    await answerOf(workspace, 'doctor', '--report', file)
    const report = await readFile(file, 'utf8')
    for (const part of ['Versions', 'Checks', 'Workspace', 'Last errors'])
      expect(report).toContain(`== ${part} ==`)
    expect(report).toContain('free in <workspace>')
    for (const secret of [homedir(), workspace]) expect(report).not.toContain(secret)
  })

  it('cluster rehearse predicts strong and weak scaling of a shape on named hosts', async () => {
    const workspace = await temporaryFolder()
    const words = ['cluster', 'rehearse', '--shape', 'kaggle', '--ranks', '1,4', '--network-latency', '1ms']
    const rehearsed = rehearsal.parse(await answerOf(workspace, ...words))
    const { strong, weak } = rehearsed
    expect(strong.map(({ ranks, batchSize }) => [ranks, batchSize])).toEqual([
      [1, 16_384],
      [4, 16_384],
    ])
    expect(weak.map(({ batchSize }) => batchSize)).toEqual([128, 512])
    expect(rehearsed.calibrated).toEqual({ computation: false, exchanges: false })
    const { stdout } = await runCommand(workspace, ...words, '--weak')
    expect(stdout).toMatch(/^ +4 +4 +512 .*%/m)
    expect(stdout).toContain('Weak scaling')
  })

  it(
    'bench measures a standard shape, keeps the result and writes a trace',
    { timeout: 120_000 },
    async () => {
      const workspace = await temporaryFolder()
      const trace = join(await temporaryFolder(), 'trace.json')
      const words = ['bench', '--preset', 'small-memory', '--batch-size', '16', '--threads', '1']
      const report = await answerOf<BenchmarkReport & { id: string }>(
        workspace,
        ...[...words, '--save', '--trace', trace],
      )
      expect(report).toMatchObject({ preset: 'small-memory', batchSize: 16, threads: 1, precision: 'fp32' })
      expect(report.msPerIteration).toBeGreaterThan(0)
      expect(report.overheadMs).toBeGreaterThan(0)
      const { traceEvents } = JSON.parse(await readFile(trace, 'utf8')) as { traceEvents: { cat?: string }[] }
      expect(traceEvents.filter(({ cat }) => cat === 'step')).toHaveLength(200)
      const again = await runForJson<Failure>(workspace, ...words, '--trace', trace)
      expect(again.json.error).toMatchObject({ code: 'AlreadyExists', file: trace })
      const { results } = await answerOf<{ results: BenchmarkSummary[] }>(workspace, 'bench', 'list')
      expect(results).toMatchObject([{ id: report.id, origin: 'cli', report: { batchSize: 16 } }])
      const shown = await runCommand(workspace, 'bench', 'show', report.id)
      expect(shown.stdout).toContain('small-memory, batch 16, native, fp32, 1 thread')
      expect(shown.stdout).toContain('outside of operations')
    },
  )

  it('bench passes results on to another workspace, which compares and deletes them', async () => {
    const [here, there] = [await temporaryFolder(), await temporaryFolder()]
    const database = openStudioDatabase(join(here, 'studio.db'))
    const ids = [1, 2].map((threads) => saveBenchmark(database, sampleReport({ threads }), 'cli').id)
    database.close()
    const file = join(await temporaryFolder(), 'results.json')
    await answerOf(here, 'bench', 'export', ...ids, '--out', file)
    const { added } = await answerOf<{ added: string[] }>(there, 'bench', 'import', file)
    expect(added).toHaveLength(2)
    const compared = await runCommand(there, 'bench', 'compare', ...added)
    expect(compared.stdout).toMatch(/times as fast +1\.00 +1\.00/)
    await answerOf(there, 'bench', 'delete', added[0] ?? '')
    const { results } = await answerOf<{ results: unknown[] }>(there, 'bench', 'list')
    expect(results).toHaveLength(1)
  })

  it.each(commands.map(({ name }) => name))('%s explains itself', async (name) => {
    const { status, stdout } = await runCommand(await temporaryFolder(), ...name.split(' '), '--help')
    expect(status).toBe(0)
    expect(stdout).toContain(`npm run -s cli -- ${name}`)
  })
})
