import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../../../../../test/helpers/temporary-folder.ts'
import { driverProblem, findGpus, gpuUse } from './gpus.ts'

/** A driver's tool that answers as NVIDIA's does; no machine of the project has one. */
async function driverThatSays(answer: string): Promise<void> {
  const folder = await temporaryFolder()
  const tool = join(folder, 'nvidia-smi')
  await writeFile(tool, `#!/bin/sh\n${answer}\n`)
  await chmod(tool, 0o755)
  vi.stubEnv('PATH', `${folder}:/bin:/usr/bin`)
}

beforeEach(() => onTestFinished(() => void vi.unstubAllEnvs()))

describe.skipIf(process.platform === 'win32')('the GPUs of a machine', () => {
  it('have a name, a driver and memory', async () => {
    await driverThatSays("printf 'NVIDIA H200, 570.86.15, 143771\\nNVIDIA A2, 570.86.15, 15356\\n'")
    expect(await findGpus()).toEqual([
      { name: 'NVIDIA H200', driver: '570.86.15', memoryBytes: 143_771 * 1024 ** 2, driverProblem: null },
      { name: 'NVIDIA A2', driver: '570.86.15', memoryBytes: 15_356 * 1024 ** 2, driverProblem: null },
    ])
  })

  it('are none where there is no driver, or it cannot reach one', async () => {
    await driverThatSays("echo 'No devices were found'; exit 6")
    expect(await findGpus()).toEqual([])
    expect(await gpuUse()).toBeNull()
    vi.stubEnv('PATH', await temporaryFolder())
    expect(await findGpus()).toEqual([])
  })

  it('report how busy the first one is; what a driver does not report is left out', async () => {
    await driverThatSays("printf '37, 2048\\n0, 3\\n'")
    expect(await gpuUse()).toEqual({ busy: 0.37, usedBytes: 2048 * 1024 ** 2 })
    await driverThatSays("echo '[N/A], 2048'")
    expect(await gpuUse()).toBeNull()
  })
})

it('takes a driver of 525.60.13 or newer', () => {
  for (const driver of ['525.60.13', '525.61', '530.1', '570.86.15']) expect(driverProblem(driver)).toBeNull()
  for (const driver of ['525.60.12', '470.256.02', 'unknown'])
    expect(driverProblem(driver)).toContain('525.60.13 or newer')
})
