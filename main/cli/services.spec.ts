import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { Services } from './services.ts'

it.skipIf(process.platform === 'win32').each(['/data/ws', "/data/Ada's clicks $HOME", '/data/für "alle"'])(
  'names a command that a shell takes as it is meant, with the workspace %s',
  (workspace) => {
    const line = new Services(workspace).commandLine('runs list')
    const words = execFileSync('sh', ['-c', line.replace(/^npm run -s cli -- /, "printf '%s\\n' ")], {
      encoding: 'utf8',
    })
    expect(words).toBe(`runs\nlist\n--workspace\n${workspace}\n`)
  },
)
