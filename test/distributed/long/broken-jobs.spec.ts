import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { RunDetail } from '../../../main/contract/runs.ts'
import { answerOf } from '../../helpers/command-line.ts'
import { testedMpi } from '../../helpers/mpi.ts'
import { expectAllGone, longJob } from '../../helpers/mpi-jobs.ts'
import { smallTraining } from '../../helpers/small-training.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

describe.each(testedMpi)('a run with ranks on %s', (name) => {
  it('names a rank that hangs, and ends', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const { ended, pids } = await longJob(workspace, name, 2)
    process.kill(pids[1]!, 'SIGSTOP')
    const { stderr } = await ended
    expect(stderr).toContain(`Rank 1 (process ${pids[1]} on ${hostname()}) has not answered for 6 s`)
    await expectAllGone(pids)
  })

  it('saves a checkpoint and ends if its owner is killed', async () => {
    const { workspace } = await smallTraining(await temporaryFolder())
    const { run, child, ended, pids } = await longJob(workspace, name, 2)
    child.kill('SIGKILL')
    await ended
    await expectAllGone(pids)
    const { status, checkpoints } = await answerOf<RunDetail>(workspace, 'runs', 'show', run)
    expect(status).toBe('interrupted')
    expect(checkpoints.length).toBeGreaterThan(0)
  })
})
