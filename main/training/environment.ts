/** The environment of a run or a benchmark: machine, versions and commit. */
import { execFile } from 'node:child_process'
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { nativeAddon } from '../../native/index.ts'
import { APP_VERSION } from '../app-version.ts'
import type { MachineFacts } from '../contract/machine.ts'
import type { RunEnvironment } from '../contract/runs.ts'

const GIT_TIMEOUT_MS = 2000

export async function currentEnvironment(
  workspace: string,
  threads: number,
  origin: RunEnvironment['origin'],
): Promise<RunEnvironment> {
  return {
    ...currentMachine(),
    threads: threads === 0 ? availableParallelism() : threads,
    gitCommit: await gitCommit(workspace),
    origin,
    computation: null,
  }
}

export function currentMachine(): MachineFacts {
  const { instructionSets } = nativeAddon().cpuInfo()
  return {
    appVersion: APP_VERSION,
    nodeVersion: process.version,
    platform: `${process.platform} ${arch()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    instructionSet: instructionSets[0] ?? 'portable',
    memoryBytes: totalmem(),
  }
}

/** The commit of the repository that contains the folder, or null if there is none or no git. */
async function gitCommit(folder: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, 'rev-parse', 'HEAD'], {
      timeout: GIT_TIMEOUT_MS,
    })
    return stdout.trim()
  } catch {
    return null
  }
}
