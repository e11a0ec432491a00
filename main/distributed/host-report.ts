/** What a host has for a job, as a process on it finds out. */
import { availableParallelism } from 'node:os'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { APP_VERSION } from '../app-version.ts'
import { toErrorData } from '../contract/errors.ts'
import { readManifest } from '../datasets/catalogue.ts'
import { datasetFolders } from '../datasets/workspace-folders.ts'
import { availableMemory } from '../platform/available-memory.ts'

export const hostReport = z.object({
  version: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  /** Whether the workspace's folder is there. */
  workspace: z.boolean(),
  /** Of its copy of the dataset: the hash of its content, and why it cannot be used. Both are null without a copy. */
  dataset: z.object({ hash: z.string().nullable(), problem: z.string().nullable() }),
})
export type HostReport = z.infer<typeof hostReport>

/** `dataset` is its name in the workspace, or null to look for none. */
export async function reportHere(workspace: string, dataset: string | null): Promise<HostReport> {
  return {
    version: APP_VERSION,
    cores: availableParallelism(),
    memoryBytes: availableMemory(),
    workspace: existsSync(workspace),
    dataset: dataset === null ? { hash: null, problem: null } : await copyOf(workspace, dataset),
  }
}

async function copyOf(workspace: string, dataset: string): Promise<HostReport['dataset']> {
  try {
    return { hash: (await readManifest(datasetFolders(workspace), dataset)).hash, problem: null }
  } catch (error) {
    const { code, message } = toErrorData(error)
    return { hash: null, problem: code === 'NotFound' ? null : message }
  }
}
