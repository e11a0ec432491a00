import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
    const watch = (device: 'CPU' | 'GPU') => {
      const reported: [string, number][] = []
      const report = (series: string, value: number) => void reported.push([series, value])
      return { reported, end: watchGpu({ backend: 'tensorflow', device, tensorflow: '2.21.0' }, report, 5) }
    }
    const measurements = (reported: unknown[], count: number) =>
      vi.waitFor(() => expect(reported.length).toBeGreaterThanOrEqual(2 * count))

    const ofCpu = watch('CPU')
    const ofGpu = watch('GPU')
    await measurements(ofGpu.reported, 3)
    expect(ofGpu.reported.slice(0, 2)).toEqual([
      ['gpu/busy', 0.5],
      ['gpu/usedBytes', 100 * 1024 ** 2],
    ])
    expect(ofCpu.reported).toEqual([])
    ofGpu.end()
    const before = ofGpu.reported.length
    // While a later watch measures several times, an ended one would have measured as well.
    const later = watch('GPU')
    await measurements(later.reported, 3)
    later.end()
    expect(ofGpu.reported).toHaveLength(before)
  },
)
