import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { watchGpu } from './gpu-watch.ts'

it.skipIf(process.platform === 'win32')(
  'reports the GPU while it computes, and nothing while the CPU does',
  async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'nvidia-smi'), '#!/bin/sh\necho "50, 100"\n')
    await chmod(join(folder, 'nvidia-smi'), 0o755)
    vi.stubEnv('PATH', `${folder}:/bin:/usr/bin`)
    onTestFinished(() => void vi.unstubAllEnvs())
    const reported: [string, number][] = []
    const report = (series: string, value: number) => void reported.push([series, value])

    watchGpu({ backend: 'tensorflow', device: 'CPU', tensorflow: '2.21.0' }, report, 5)
    await delay(50)
    expect(reported).toEqual([])

    const end = watchGpu({ backend: 'tensorflow', device: 'GPU', tensorflow: '2.21.0' }, report, 5)
    await vi.waitFor(() => expect(reported.length).toBeGreaterThanOrEqual(2))
    expect(reported.slice(0, 2)).toEqual([
      ['gpu/busy', 0.5],
      ['gpu/usedBytes', 100 * 1024 ** 2],
    ])
    end()
    const before = reported.length
    await delay(50)
    expect(reported).toHaveLength(before)
  },
)
