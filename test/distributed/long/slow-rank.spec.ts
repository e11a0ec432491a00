import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { answerOf, startCommand } from '../../helpers/command-line.ts'
import { moment } from '../../helpers/moment.ts'
import { ranksIn, testedMpi, withMpi } from '../../helpers/mpi.ts'
import { LONG } from '../../helpers/mpi-jobs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const SLOW = 1
/** The rank is stopped for four fifths of the time, so shortly that it never seems to be gone. */
const STOPPED_MS = 40
const RUNNING_MS = 10

it.each(testedMpi)(
  'a rank that is slow but lives is named once in the log of the run with %s',
  async (mpi) => {
    const workspace = await temporaryFolder()
    await answerOf(
      workspace,
      'data',
      'generate',
      '--name',
      'rows',
      '--rows',
      '20000',
      '--tables',
      '5000-5000-5000',
    )
    const job = ['--ranks', '3', '--threads', '1', '--batch-size', '1024', ...LONG]
    const { child, ended, says, output } = startCommand(
      workspace,
      ['train', 'dlrm', '--data', 'rows', ...job],
      withMpi(mpi),
    )
    await says('epoch 1,')
    const slow = ranksIn(output())[SLOW]!
    let isSlowed = true
    const slowing = (async () => {
      while (isSlowed) {
        process.kill(slow, 'SIGSTOP')
        await moment(STOPPED_MS)
        process.kill(slow, 'SIGCONT')
        await moment(RUNNING_MS)
      }
    })()
    await says(`The ranks wait for rank ${SLOW} on ${hostname()}: it computes for `)
    isSlowed = false
    await slowing
    child.kill('SIGINT')
    const { stderr } = await ended
    expect(stderr).toContain('is stopped')
    expect(stderr.match(/The ranks wait for/g)).toHaveLength(1)
  },
)
