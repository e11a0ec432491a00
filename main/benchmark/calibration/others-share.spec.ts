import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { othersShare } from './others-share.ts'

/** Works for so long, if nobody ends it before. */
const BUSY = "process.stdout.write('begun'); for (const end = Date.now() + 10_000; Date.now() < end; );"

it('is large while other processes keep every core busy', async () => {
  const others = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', BUSY]))
  try {
    await Promise.all(others.map((each) => once(each.stdout, 'data')))
    expect(await othersShare()).toBeGreaterThan(0.8)
  } finally {
    for (const each of others) each.kill('SIGKILL')
  }
})
