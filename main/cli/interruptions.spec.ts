import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'

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
    // What comes sooner may be the echo of the first.
    await delay(700)
    child.kill(signal)
    const end = await Promise.race([exited, delay(3000)])
    expect(end).toEqual([null, 'SIGINT'])
  },
)
