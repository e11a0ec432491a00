import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { until } from '../../test/helpers/until.ts'

/** Waits in the thread pool for a pipe that nobody writes to, as file operations on a lost network drive do. */
const STUCK = `
  import { open } from 'node:fs'
  import { interruptions } from ${JSON.stringify(join(import.meta.dirname, 'interruptions.ts'))}
  interruptions(() => console.log('first'))
  open(process.argv[1], 'r', () => undefined)
  console.log('ready')
  setInterval(() => undefined, 1000)
`

it.runIf(process.platform !== 'win32').each(['SIGINT', 'SIGTERM'] as const)(
  'the second %s ends at once a command that is stuck in the file system',
  async (signal) => {
    const pipe = join(await temporaryFolder(), 'pipe')
    spawnSync('mkfifo', [pipe])
    const child = spawn(process.execPath, ['--input-type=module', '-e', STUCK, pipe])
    onTestFinished(() => void child.kill('SIGKILL'))
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    child.kill(signal)
    await once(child.stdout, 'data')
    // A signal that comes too soon counts as the echo of the first, so it is sent until one counts.
    await until('it has ended', () => {
      child.kill(signal)
      return child.signalCode !== null || child.exitCode !== null
    })
    expect(await exited).toEqual([null, 'SIGINT'])
  },
)
