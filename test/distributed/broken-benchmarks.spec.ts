import { readdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { descendantOf, familyOf, killNow, pidOf } from '../crash/processes.ts'
import { startCommand } from '../helpers/command-line.ts'
import { testedMpi, withMpi } from '../helpers/mpi.ts'
import { expectAllGone } from '../helpers/mpi-jobs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

/** Steps of seconds, so that the warm-up alone takes longer than a broken job may. */
const BATCH = 2 ** 17
const RANKS = 2

/** Whether this process is a rank that has met the others: only then it has a thread for exchanges. */
function hasMetTheOthers(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.some((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8') === 'exchanges\n')
  } catch {
    // The process or a thread of it has ended in the meantime.
    return false
  }
}

/** A measurement that has begun, with all processes of its job. */
async function longBenchmark(name: (typeof testedMpi)[number]) {
  const words = ['bench', '--preset', 'small-memory', '--batch-size', `${BATCH}`, '--no-profile']
  const job = ['--ranks', `${RANKS}`, '--threads', '1']
  const command = startCommand(await temporaryFolder(), [...words, ...job], withMpi(name))
  const owner = pidOf(command.child)
  const family = await until('the ranks have met', () => {
    const now = familyOf(owner)
    return now.filter(hasMetTheOthers).length === RANKS ? now : undefined
  })
  onTestFinished(() => family.forEach(killNow))
  return { ...command, owner, family }
}

describe.each(testedMpi)('a benchmark of ranks on %s', (name) => {
  it('ends all of its ranks within 10 s when the process that wants it is killed', async () => {
    const { owner, family, ended } = await longBenchmark(name)
    expect(family.length).toBeGreaterThan(4)
    killNow(owner)
    await ended
    await expectAllGone(family)
  })

  it('ends all of its ranks within 10 s when their launcher is killed, and says so', async () => {
    const { owner, family, ended } = await longBenchmark(name)
    killNow(descendantOf(owner, /^\S*mpi(run|exec)/))
    await expectAllGone(family)
    const { status, stderr } = await ended
    expect(status).toBe(1)
    expect(stderr).toContain('The MPI job ended without a measurement.')
  })

  it('ends all of its ranks within 10 s when both are killed at once', async () => {
    const { owner, family, ended } = await longBenchmark(name)
    killNow(descendantOf(owner, /^\S*mpi(run|exec)/))
    killNow(owner)
    await ended
    await expectAllGone(family)
  })

  it('names a rank that is killed', async () => {
    const { owner, family, ended } = await longBenchmark(name)
    const rank = descendantOf(owner, /^\S*node .*rank-benchmark/)
    killNow(rank)
    await expectAllGone(family)
    const { status, stderr } = await ended
    expect(status).toBe(1)
    expect(stderr).toMatch(new RegExp(`Rank [01] \\(process ${rank} on ${hostname()}\\) was killed.`))
  })
})
