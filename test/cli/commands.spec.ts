import { describe, expect, it } from 'vitest'
import type { BenchmarkReport } from '../../main/benchmark/report.ts'
import { commands } from '../../main/cli/commands/index.ts'
import type { ImportOutcome } from '../../main/contract/datasets.ts'
import type { VerificationReport } from '../../main/training/verify.ts'
import { answerOf, runCommand, runForJson } from '../helpers/command-line.ts'
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
    const told = await runCommand(workspace, 'dlrm', '--', ...DLRM_FLAGS)
    expect(told.stdout).toMatch(/^Finished training it 3\/3 of epoch 0, \d+\.\d\d ms\/it, loss 0\.09633\d$/m)
    expect(told.stdout).toContain('Trained 1 epoch of 6 rows')
    const { losses } = await answerOf<{ losses: number[] }>(workspace, 'dlrm', '--', ...DLRM_FLAGS)
    expect(losses).toEqual([expect.closeTo(0.096333, 5)])
  })

  it('doctor tells what is there and what to do about what is not', async () => {
    const answer = await runForJson<{ checks: { name: string; ok: boolean; remedy?: string }[] }>(
      await temporaryFolder(),
      'doctor',
    )
    const { checks } = answer.json
    expect(checks.length).toBeGreaterThan(4)
    expect(answer.status).toBe(checks.every(({ ok }) => ok) ? 0 : 1)
    for (const { name, ok, remedy } of checks) if (!ok) expect(remedy, name).toMatch(/\w/)
  })

  it('bench measures a standard shape', { timeout: 120_000 }, async () => {
    const words = ['bench', '--preset', 'small-memory', '--batch-size', '16', '--threads', '1']
    const report = await answerOf<BenchmarkReport>(await temporaryFolder(), ...words)
    expect(report).toMatchObject({ preset: 'small-memory', batchSize: 16, threads: 1, precision: 'fp32' })
    expect(report.msPerIteration).toBeGreaterThan(0)
  })

  it.each(commands.map(({ name }) => name))('%s explains itself', async (name) => {
    const { status, stdout } = await runCommand(await temporaryFolder(), ...name.split(' '), '--help')
    expect(status).toBe(0)
    expect(stdout).toContain(`npm run -s cli -- ${name}`)
  })
})
